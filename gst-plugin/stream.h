#pragma once

#include <gst/video/video.h>

#include <atomic>
#include <memory>
#include <optional>

#include "frame_map.h"
#include "frame_pool.h"
#include "gst_ptr.h"
#include "output_queue.h"
#include "output_timeline.h"
#include "prediction_session.h"
#include "settings.h"
#include "telemetry.h"

namespace stip::gst {

/// What becomes of the frames and events of one stream, from the sink pad to the output queue.
/// Knows no element and no pads: all it makes goes into the queue, in order.
///
/// Everything but request_reset() belongs to the streaming thread of the sink pad (its stream lock
/// is held), or to the state change while the pads are inactive. Failures are thrown as stip::Error
/// or std::bad_alloc.
class Stream {
 public:
  Stream(OutputQueue& queue, Telemetry& telemetry);

  void start(std::shared_ptr<const Model> model, const PredictorSettings& settings);
  /// Nothing of the stream survives, nor the model.
  void stop();

  /// STREAM_START or FLUSH_STOP: another stream or position; a segment will follow.
  void begin();
  void set_segment(EventPtr event, const FrameSettings& settings);
  /// `caps` and the progressive `info` made from them.
  void set_caps(GstCaps* caps, const GstVideoInfo& info, const FrameSettings& settings);
  /// A GAP of the input.
  void gap(EventPtr event, const FrameSettings& settings);
  /// Before each frame: what was set since the last one takes effect.
  void prepare(const FrameSettings& settings);
  GstFlowReturn frame(BufferPtr buffer);

  /// From any thread: forget the pictures before the next frame.
  void request_reset() { reset_requested_ = true; }

 private:
  void reset_session();
  void adopt(const FrameSettings& settings);
  void push_caps();
  void announce_warm_up();
  void push_gap(const std::optional<Gap>& gap);
  void open_session();

  GstFlowReturn pass(BufferPtr buffer);
  GstFlowReturn pass_shown(BufferPtr buffer);
  GstFlowReturn pass_through(BufferPtr buffer, Outcome* outcome);
  GstFlowReturn pass_original(BufferPtr buffer, Outcome* outcome);
  GstFlowReturn show_predicted(BufferPtr buffer, Outcome* outcome);
  GstFlowReturn show_both(BufferPtr buffer, Outcome* outcome);
  BufferPtr beside_earlier(GstBuffer* buffer, Outcome* outcome);
  BufferPtr beside_own(GstBuffer* buffer, Outcome* outcome);
  BufferPtr compose(GstBuffer* left, GstBuffer* right);

  GstClockTime shown_at() const;
  Outcome outcome_for(GstClockTime shown_at) const;
  BufferPtr predict(GstBuffer* buffer, GstClockTime shown_at, Outcome* outcome);

  OutputQueue& queue_;
  Telemetry& telemetry_;
  std::atomic<bool> reset_requested_{false};

  std::shared_ptr<const Model> model_;
  PredictorSettings predictor_settings_;
  FrameSettings settings_;  // as of the newest frame or event

  CapsPtr caps_;  // of the input; null before the first
  GstVideoInfo info_{};
  CapsPtr pushed_caps_;
  GstSegment segment_{};
  bool have_segment_ = false;

  PredictionSession session_;
  OutputTimeline timeline_;
  std::unique_ptr<FrameMap> map_;
  std::unique_ptr<FramePool> pool_;         // for predictions
  std::unique_ptr<FramePool> double_pool_;  // for two pictures beside each other
  bool discont_ = true;                     // the next prediction follows no other
};

}  // namespace stip::gst
