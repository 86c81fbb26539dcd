#pragma once

#include <memory>
#include <vector>

#include "predict/cuda/cuda_engine.h"
#include "predict/cuda/device_frames.h"
#include "predict/cuda/graph_cache.h"
#include "predict/cuda/picture_copies.h"
#include "stip/device_frame.h"
#include "stip/predictor.h"

namespace stip::cuda {

/// One stream's place in the network (engine::Stream's twin): pictures in, predictions out, in
/// window or recurrent use. All of it is enqueued in a private stream, recorded into graphs; the
/// host waits only for the pictures of predict(). One thread at a time.
///
/// In window use a frame is encoded when it comes, once for each number of elders that it may have
/// in a window; a prediction then only steps through the kept features.
template <typename T>
class CudaStream {
 public:
  /// Borrows the weights; the current device is theirs. `threads`: at most so many of the host's
  /// copy pictures, 0: as many as help. Throws kOutOfMemory.
  CudaStream(const DeviceWeights<T>& weights, const FitGeometry& geometry, StateMode mode,
             int context, int multiprocessors, int threads = 0);

  /// The size is the geometry's. The frame is copied before this returns.
  void push(const FrameView& frame);
  /// The same of a picture on the device, at whatever time it is written from now on.
  void push(const DeviceFrame& frame);
  /// The prediction of the next frame takes its place. ready() must hold.
  void push_missing();
  bool ready() const { return pushed_ >= context_; }
  void reset();

  /// Predicts horizons 1..futures.size() and writes those that have data; ready() must hold. Where
  /// horizons before the first one wanted have been gone through already, it goes on from there.
  void predict(const std::vector<MutableFrameView>& futures);
  /// The same to pictures on the device; see Predictor::predict_on_device().
  void predict(const std::vector<DeviceFrame>& futures, const DeviceFrame& newest);

  /// [grid][frame channels, padded], neither clamped nor rounded, of each horizon; for tests and
  /// measurements. ready() must hold.
  std::vector<std::vector<float>> predict_floats(int horizon);

  const Shape& shape() const { return engine_.shape(); }
  int frame_channels() const { return engine_.frame_channels(); }

  /// For who times it: as push(), of whatever picture lies in the oldest one's place.
  void push_again() { arrive(); }
  /// Returns when all that was asked for is done.
  void wait() const { stream_.wait(); }

 private:
  enum class Work : std::uint64_t { kPush, kRollout, kRolloutOnDevice };
  // Where the bytes of predictions are wanted.
  enum class Target { kHost, kDevice };
  // How a piece of work looks depends on the places of frames and features in their rings.
  GraphCache::Key key(Work work, std::uint64_t a, std::uint64_t b, std::uint64_t c) const;

  int slot_of(int age) const { return (frames_ - 1 - age) % clip_; }  // age 0: the newest
  int elders() const { return std::min(frames_ - 1, clip_ - 1); }
  std::vector<FrameSource> seen_clip(int frames) const;
  std::vector<FrameSource> rollout_clip(int predictions) const;
  Features<T> features_at(std::size_t index) const;
  std::size_t kept_index(int age, int elders) const;

  struct Staging;
  Staging& next_staging();
  void arrive();
  void encode_arrival();
  void roll(int horizon, std::uint64_t wanted, Target target);
  void run_window();
  void decode(int k, const FrameSource& newest, const Pyramid<T>& pyramid,
              const Memory<T>& temporal, const Memory<T>& spatial, bool wanted, Target target);
  void make_output(std::size_t index, Target target);
  const DeviceMap<float>& prediction(int k) const {
    return predictions_[static_cast<std::size_t>(k) % predictions_.size()];
  }
  Memory<T> last_layer(const MemoryRoom<T>& state) const {
    return state.at(static_cast<std::size_t>(engine_.config().layers - 1));
  }

  DeviceStream stream_;
  CudaEngine<T> engine_;
  FitGeometry geometry_;
  StateMode mode_;
  int context_;
  int clip_;
  int variants_;  // kWindow: encodings of one frame, by the number of its elders
  int pushed_ = 0;
  int frames_ = 0;  // seen since the last reset
  DeviceFrames pictures_;

  MemoryRoom<T> features_;   // kWindow: [frame of the window][elders][encoder]; last: of a rollout
  Pyramid<T> seen_pyramid_;  // of the newest frame
  Pyramid<T> rolled_pyramid_;   // of predictions, and of what nobody decodes
  MemoryRoom<T> stream_state_;  // kRecurrent: after the newest frame
  MemoryRoom<T> state_;         // of a rollout
  MemoryRoom<T> spatial_;       // S after the last layer: of the newest frame, of a rollout
  int rolled_ = 0;              // how far a rollout went from the newest frame; 0: there is none
  std::vector<DeviceMap<float>> predictions_;  // the newest clip_ of a rollout, in turn

  // A frame's bytes on their way: two, so that one is filled while the other one travels.
  struct Staging {
    PinnedMemory memory;
    DeviceEvent sent;
    DeviceArray<std::uint8_t> on_device{};  // of frames that are there already; made for the first
  };
  std::vector<Staging> staging_;
  int staged_ = 0;
  // Pictures on their way out, one a horizon, made as they are wanted.
  struct Output {
    DeviceArray<std::uint8_t> bytes;
    PinnedMemory memory;  // to the host
  };
  std::vector<Output> outputs_;
  PictureCopies host_copies_;
  DeviceStream copies_;
  DeviceEvent made_;
  DeviceEvent copied_;
  GraphCache graphs_{stream_};  // last: gone before what it uses
  // Before all of it: what was enqueued and never waited for still uses it.
  struct Rest {
    const DeviceStream& stream;
    const DeviceStream& copies;
    ~Rest() {
      cudaStreamSynchronize(stream.get());
      cudaStreamSynchronize(copies.get());
    }
  };
  Rest rest_{stream_, copies_};
};

}  // namespace stip::cuda
