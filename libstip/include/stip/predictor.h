#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stip/calibration.h"
#include "stip/device_frame.h"
#include "stip/error.h"
#include "stip/frame.h"

/// Video prediction in four calls: load_model(), Model::make_predictor(), Predictor::push() for
/// each frame, Predictor::predict() for the frames that come next. All of them report failure by
/// throwing stip::Error.
namespace stip {

/// The farthest frame ahead that can be asked for.
constexpr int kMaxHorizon = 64;
/// The most frames a prediction can be made from in window mode.
constexpr int kMaxContext = 64;

/// How the network's memory is used over a stream.
enum class StateMode {
  kWindow,    ///< as in the paper: from zero memory over the newest `context` frames, each time
  kRecurrent  ///< one step a frame, memory kept over the whole stream
};

/// How frames of another size than the network's are brought to it.
enum class Resize {
  kAuto,   ///< kPad where the network accepts the padded size, else kScale
  kScale,  ///< scaled to a size the network accepts, and the prediction back
  kPad     ///< padded at the right and the bottom by replication, and the prediction cropped
};

/// What a model says of itself.
struct ModelInfo {
  std::string name;  ///< what it was loaded by: a path, or a built-in's name
  int context = 1;   ///< frames a prediction is made from
  StateMode state = StateMode::kWindow;
  int width = 0;  ///< the only picture width it runs at; 0: any multiple of `multiple`
  int height = 0;
  int multiple = 1;                ///< width and height must be multiples of this (before resize)
  std::string precision = "fp32";  ///< what it computes with: fp32, int8, fp16 or bf16
  /// The CUDA device whose memory its predictors take pictures from and give them in; -1: none.
  int device = -1;
  /// What its errors on normal video are, where that was measured; for AnomalyScorer.
  std::optional<Calibration> calibration;
};

struct PredictorOptions {
  int width = 0;  ///< of the frames pushed and predicted, at least 1
  int height = 0;
  int context = 0;                 ///< 1..kMaxContext; 0: the model's own
  std::optional<StateMode> state;  ///< none: what the model was trained for
  Resize resize = Resize::kAuto;
  /// For where memory is short: the network runs at half the width and height, and its predictions
  /// are scaled. Without effect where the size is not free (ModelInfo::width, or no network).
  bool halved = false;
  int threads = 0;  ///< at most so many of the model's, on the CPU; 0: all
  /// Asked by predict() between one frame ahead and the next, in its own thread: where it holds,
  /// predict() throws kInterrupted, and the stream is as it was before. None: never. Networks on
  /// the CPU; on a GPU a rollout takes milliseconds.
  std::function<bool()> given_up = {};
};

/// The state of one stream. Made by a Model, which it keeps alive. One thread at a time.
class Predictor {
 public:
  virtual ~Predictor();

  /// Frames needed after construction or reset() before ready() holds: the context in use.
  virtual int context() const = 0;

  /// Takes in the newest frame of the stream (copied; the size given in the options, or an Error).
  /// Where anything else fails (memory, optical flow) the stream may have been forgotten: see
  /// ready().
  virtual void push(const FrameView& frame) = 0;

  /// The stream's next frame is missing: the prediction of it takes its place. ready() must hold.
  virtual void push_missing() = 0;

  /// True once context() frames have been pushed.
  virtual bool ready() const = 0;

  /// Predicts the frames after the newest one: futures[k-1] is horizon k. Entries without data are
  /// not written: models that predict a frame from the one before compute through them, networks of
  /// `output: motion` do not. Between 1 and kMaxHorizon entries; ready() must hold. Does not change
  /// what later calls return: predicting is free of side effects on the stream's state. Horizons
  /// that the call before went through, and of which none is wanted now, cost nothing (networks on
  /// the CPU): a rollout can be made longer step by step.
  virtual void predict(const std::vector<MutableFrameView>& futures) = 0;

  /// push() and predict() of pictures in the memory of the device that the network runs on
  /// (ModelInfo::device), written by the time of the call; they never pass through the host's. When
  /// these return, what they read may change and what they wrote is there. `newest` gives what no
  /// model predicts (alpha). A stream may be given some frames this way and others the other. Where
  /// there is no such device: kInvalidArgument.
  virtual void push_on_device(const DeviceFrame& frame);
  virtual void predict_on_device(const std::vector<DeviceFrame>& futures,
                                 const DeviceFrame& newest);

  /// Forgets the stream.
  virtual void reset() = 0;
};

/// Weights, shared by any number of predictors. Safe to use from several threads.
class Model : public std::enable_shared_from_this<Model> {
 public:
  virtual ~Model();
  virtual const ModelInfo& info() const = 0;

  /// Throws kInvalidArgument when the options do not fit the model (a size it cannot run at, a
  /// context out of range).
  virtual std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const = 0;
};

struct ModelRequest {
  /// A path to a model file; a name (`small`), looked for as NAME.safetensors in the folders of
  /// the environment variable STIP_MODEL_PATH and then in the installed data folder; or a built-in
  /// that needs no file: `copy-last`, or, where the build has OpenCV, `flow` and `blend`.
  std::string model;
  /// auto | cpu | cuda | cuda:N. `auto` takes a usable GPU, else the CPU.
  std::string device = "auto";
  /// CPU threads for the network, 0: as many as the machine has.
  int threads = 0;
  /// auto | fp32 | bf16 | fp16 | int8: the numbers the network computes with. On a CPU there are
  /// fp32 and int8; int8 needs a model file with calibration (stip-train calibrate). `auto` takes
  /// int8 where that is there and measured to be much faster, else fp32. On a GPU there are fp32,
  /// fp16 (which `auto` takes) and bf16.
  std::string precision = "auto";
};

/// Loads a model. Networks run on the CPU by an engine of our own; for a CUDA device a module is
/// opened: libstip-cuda.so or, where that is not built, the one with LibTorch.
std::shared_ptr<const Model> load_model(const ModelRequest& request);

}  // namespace stip
