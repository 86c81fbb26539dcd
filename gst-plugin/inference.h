#pragma once

#include <gst/video/video.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ahead_pictures.h"
#include "earlier_predictions.h"
#include "frame_pool.h"
#include "judge.h"
#include "model_pictures.h"
#include "model_slot.h"
#include "prediction_job.h"
#include "prediction_meta.h"
#include "prediction_session.h"
#include "reporter.h"
#include "side.h"
#include "stream_facts.h"
#include "telemetry.h"

namespace stip::gst {

/// How a model is to be opened for pictures of this size.
PredictorOptions predictor_options(const PredictorSettings& settings, int width, int height);

/// How many threads the network has where it runs beside the rest of the pipeline: those given, or
/// all of the machine but one. Of two cores it has both: on one, whatever else it has to do costs
/// predictions, while the original goes on within milliseconds either way (docs/performance.md).
int threads_beside_a_pipeline(int threads);

/// Makes the predictions of one stream: one rollout for all that want one. Gets the input as jobs
/// in their order, gives out on the side of its outlets.
///
/// One thread: the worker, or the streaming thread where there is none. Failures are thrown as
/// stip::Error or std::bad_alloc.
class Inference {
 public:
  /// What it shares with the rest of the stream.
  struct Environment {
    Side& side;
    const Outlet& main;
    EarlierPredictions& earlier;
    AheadPictures& ahead;
    Telemetry& telemetry;
    StreamFacts& facts;
    Reporter& reporter;
  };

  explicit Inference(const Environment& environment)
      : env_(environment), judge_(environment.telemetry, environment.reporter) {}

  void start(std::shared_ptr<const Model> model, const PredictorSettings& settings,
             const GpuPtr& gpu);
  void stop();
  void forget_gpu() { gpu_.reset(); }
  /// From any thread: another model from the next frame on.
  ModelSlot& next_model() { return next_model_; }
  /// Frames that a prediction is made from; 0 before the model has been opened.
  int context() const { return session_.is_open() ? session_.context() : 0; }

  /// What the settings say takes effect. Fails because of what was set.
  void prepare(const FrameSettings& settings);
  /// Makes what comes after the newest frame, up to `farthest` frames ahead, goes on where that
  /// has been begun; nothing where the context is not full. Fails because of the network.
  void look_ahead(int farthest, OnError on_error);
  /// Fails because of the network. `newest`: no newer frame waits.
  void handle(PredictionJob& job, bool newest);
  void reset_pictures();

 private:
  /// One prediction wanted of the newest frame.
  struct Want {
    std::shared_ptr<Outlet> outlet;  // null: kept for when its time comes
    View view;
    GstClockTime pts = GST_CLOCK_TIME_NONE;
    unsigned turn = 0;  // of the outlet's feed
    Outcome outcome = Outcome::kPredicted;
    QosSkip stamp = {};  // should it be left out
  };
  using Wants = std::vector<Want>;

  void event(const PredictionJob& job);
  void gap(const PredictionJob& job);
  void restart();
  void check_memory(const GstCaps* caps) const;
  void set_caps(GstEvent* event);
  void set_segment(GstEvent* event);
  PredictorOptions session_options() const;
  void open_session();
  template <typename Body>
  auto with_a_retry(Body&& body) -> decltype(body());
  void save_memory(const Error& error);
  void reset_session();
  void announce_warm_up();
  void mark_discont();

  Outcome frame(PredictionJob& job, bool newest);
  Outcome attempt(PredictionJob& job, const PredictionSession::Step& step, bool newest);
  Outcome pass_through(PredictionJob& job);
  Outcome predict(PredictionJob& job);
  bool take_in(const PredictionJob& job, const PredictionSession::Step& step, bool newest);
  void push(const PredictionJob& job);
  bool conceals(const FrameSettings& settings) const;
  void fill(int missing, const FrameSettings& settings);
  bool is_filling(const PredictionJob& job) const;
  View view_of(Outlet& outlet, const FrameSettings& settings) const;
  Wants wants(const PredictionJob& job);
  Outcome judge(Want& want, const PredictionJob& job);
  int farthest_to_conceal(const FrameSettings& settings) const;
  std::vector<AheadPictures::Entry> ahead(int first, int last, const PredictionNote& about);
  void roll_ahead(int farthest);
  void forget_predictions();
  std::set<int> watched(const PredictionJob& job) const;
  static std::vector<int> uses_of(const std::set<int>& horizons, const Wants& wants);
  void run(const PredictionJob& job, const std::set<int>& horizons, Wants& wants);
  Outcome deliver(const PredictionJob& job, Want& want, const MappedFrame& newest);
  BufferPtr filled(int horizon, const MappedFrame& newest, const std::function<BufferPtr()>& room);
  bool is_late(const PredictionJob& job, const Want& want) const;
  void skip(const PredictionJob& job, const Want& want);
  void skip_all(const PredictionJob& job);

  Outlet::Access feed_of(Outlet& outlet, const PredictionJob& job) const;
  PictureOrigin origin() const;
  void use(std::shared_ptr<const Model> model);
  PredictionNote note(const PredictionJob& job, int horizon) const;

  Environment env_;
  Judge judge_;
  std::shared_ptr<const Model> model_;
  GstClockTime run_time_ = 0;  // of the network, last time
  ModelSlot next_model_;
  PredictorSettings predictor_settings_;

  std::uint64_t epoch_ = 0;  // of the newest job
  BufferPtr newest_;         // picture that the model has seen last
  CapsPtr caps_;             // of the input; null before the first
  GstVideoInfo info_{};
  GstSegment segment_{};
  bool have_segment_ = false;

  PredictionSession session_;
  GpuPtr gpu_;  // that the model runs on
  std::unique_ptr<ModelPictures> pictures_;
  bool halved_ = false;              // memory ran out at the whole size
  std::unique_ptr<FramePool> pool_;  // for predictions that are kept
  std::uint64_t frames_ = 0;         // since the last reset, for `interval`
};

}  // namespace stip::gst
