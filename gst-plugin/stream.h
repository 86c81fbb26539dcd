#pragma once

#include <gst/video/video.h>

#include <atomic>
#include <memory>

#include "ahead_pictures.h"
#include "concealer.h"
#include "earlier_predictions.h"
#include "error_pictures.h"
#include "frame_pool.h"
#include "inference.h"
#include "pipeline_timer.h"
#include "prediction_worker.h"
#include "reporter.h"
#include "settings.h"
#include "side.h"
#include "step_clock.h"
#include "stream_facts.h"
#include "telemetry.h"

namespace stip::gst {

/// What becomes of the frames and events of one stream, from the sink pad to the queues of the
/// source pads. What is shown as it arrives leaves at once; predictions are made by the worker, or
/// here where the element is not asynchronous. Knows no element and no pads.
///
/// What names no thread belongs to the streaming thread of the sink pad (its stream lock is held),
/// or to the state change while the pads are inactive. Failures are thrown as stip::Error or
/// std::bad_alloc. Where frames are missing (Concealer) the timer's thread takes that lock.
class Stream {
 public:
  /// Runs the body with the stream lock held.
  using StreamLock = std::function<void(const std::function<void()>& body)>;

  Stream(Telemetry& telemetry, Reporter& reporter, StreamLock stream_lock);

  /// Any thread.
  const std::shared_ptr<Outlet>& main() const { return main_; }
  Outlets outlets() const;
  void add(const std::shared_ptr<Outlet>& outlet, const FrameSettings& settings);
  void remove(const std::shared_ptr<Outlet>& outlet);
  StreamFacts& facts() { return facts_; }
  /// The pipeline's clock; any thread.
  PipelineTimer& timer() { return timer_; }
  /// Forget the pictures before the next frame.
  void request_reset() { reset_requested_ = true; }
  /// Use another model from the next frame on.
  void use(std::shared_ptr<const Model> model) { inference_.next_model().put(std::move(model)); }
  /// What a frame would be answered.
  GstFlowReturn flow() const;
  bool drain(GstClockTime timeout);

  /// `gpu`: what the model runs on, where GStreamer knows it.
  void start(std::shared_ptr<const Model> model, const PredictorSettings& settings,
             const GpuPtr& gpu = nullptr);
  /// Before stop(), from any thread: nothing waits any more.
  void abort();
  /// Nothing of the stream survives, nor the model. Waits for at most one step of the network.
  void stop();

  /// After stop(): it is not held any more.
  void forget_gpu();

  /// Before the first frame: whether upstream is live, which decides where predictions are made.
  bool decided() const { return decided_; }
  void decide(bool live);

  /// A serialized event. EOS waits until what is outstanding is out, but not longer than it may.
  GstFlowReturn event(EventPtr event, const FrameSettings& settings);
  /// Before FLUSH_START goes downstream; any thread, returns at once.
  void flush_start();
  /// FLUSH_STOP has gone downstream. The queues are to be reopened after it.
  void flush_stop();

  /// Before each frame: what was set since the last one takes effect.
  void prepare(const FrameSettings& settings);
  GstFlowReturn frame(BufferPtr buffer);

 private:
  void settle(const FrameSettings& settings);
  void set_caps(GstEvent* event);
  void forward_gap(const EventPtr& event);
  void finish(const FrameSettings& settings);

  PredictionJob job_for(const FrameSettings& settings) const;
  PredictionJob frame_job(GstBuffer* buffer);
  BufferPtr copy(GstBuffer* buffer);
  bool on_gpu() const { return caps_ != nullptr && in_gpu_memory(caps_.get()); }
  void show(BufferPtr buffer);
  void show_on(Outlet& outlet, BufferPtr buffer);
  void wake(GstClockTime running_time);
  void look_ahead(int farthest);
  BufferPtr dressed(Outlet::Access& feed, BufferPtr buffer, bool passes);
  bool shows_what_it_makes() const;

  void dispatch(PredictionJob job);
  void handle_here(PredictionJob& job);
  void work(PredictionJob& job, bool newest);
  void count_flushed(const std::deque<PredictionJob>& jobs);

  Telemetry& telemetry_;
  Reporter& reporter_;
  const StreamLock stream_lock_;
  StreamFacts facts_;
  EarlierPredictions earlier_;
  AheadPictures ahead_;
  std::shared_ptr<Outlet> main_;
  Side arrival_;  // frames as they come
  Side results_;  // predictions as they are made
  bool main_on_results_ = true;
  Inference inference_;
  PredictionWorker worker_;

  std::atomic<bool> reset_requested_{false};
  std::atomic<bool> failed_{false};  // what comes next is answered with an error

  GpuPtr gpu_;
  bool decided_ = false;
  Async async_choice_ = Async::kAuto;
  FrameSettings settings_;  // as of the newest frame or event
  CapsPtr caps_;            // of the input; null before the first
  GstVideoInfo info_{};
  GstSegment segment_{};
  StepClock clock_;
  std::unique_ptr<FramePool> copies_;
  GstClockTime step_before_ = GST_CLOCK_TIME_NONE;  // d before the newest frame
  bool damaged_ = false;                            // the newest frame is
  BufferPtr newest_copy_;                           // of the newest frame
  std::unique_ptr<ErrorPictures> errors_;           // null until one is drawn
  Concealer concealer_;
  PipelineTimer timer_;  // the last member: its thread uses all others
};

}  // namespace stip::gst
