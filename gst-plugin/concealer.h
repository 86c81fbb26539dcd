#pragma once

#include <gst/video/video.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ahead_pictures.h"
#include "conceal_policy.h"
#include "frame_pool.h"
#include "outlet.h"
#include "pipeline_timer.h"
#include "settings.h"
#include "stream_facts.h"
#include "telemetry.h"

namespace stip::gst {

/// What src shows with output=conceal: the frames, and predictions in the place of those that are
/// missing. Live, a place is filled when the pipeline's clock says that its frame comes too late;
/// else when the next frame comes.
///
/// Pictures are made as they are needed. With a worker the one after the newest frame is always
/// there; from the moment that the next frame is due the worker makes one more for each frame that
/// goes on missing, so they are ready when their places are filled. Without a worker they are made
/// when a place is filled. Each goes on where the one before ended.
///
/// Serialised by the caller (the sink pad's stream lock). Failures are thrown as stip::Error or
/// std::bad_alloc.
class Concealer {
 public:
  /// What it shares with the rest of the stream.
  struct Environment {
    Outlet& outlet;
    AheadPictures& ahead;
    Telemetry& telemetry;
    StreamFacts& facts;
    PipelineTimer& timer;
    /// Has the pictures up to so many frames after the newest one made: now, or by the worker.
    std::function<void(int farthest)> look_ahead;
  };

  explicit Concealer(Environment environment) : env_(std::move(environment)) {}

  void set_caps(const CapsPtr& caps, const GpuPtr& gpu);
  /// A break in the stream: nothing is expected, nothing shown before is known.
  void forget();
  /// Nothing of the stream survives.
  void clear();
  /// Whether a frame has been shown, so that its followers can be missing.
  bool expects_frames() const { return GST_CLOCK_TIME_IS_VALID(policy_.last_out()); }
  /// Whether a frame of this PTS, after a hole too long for the network, ends a gap that is being
  /// filled: time has gone on, and so does what is shown.
  bool goes_on(GstClockTime pts, GstClockTime longest) const;

  /// A frame as it arrives.
  struct Arrival {
    BufferPtr frame;
    BufferPtr copy;  ///< in our own memory
    GstClockTime step_before = GST_CLOCK_TIME_NONE;
    GstClockTime step = GST_CLOCK_TIME_NONE;  ///< d, with this frame
    bool damaged = false;
  };
  void show(Outlet::Access& feed, Arrival arrival, const FrameSettings& settings,
            const GstSegment& segment);
  /// The timer's call: what is due by this running time is done.
  void wake(GstClockTime running_time);

 private:
  void adopt(const FrameSettings& settings);
  void adopt_wait(const FrameSettings& settings);
  void make_ready(const std::vector<Fill>& fills, const Showing& showing);
  void keep_for_the_fade(const Showing& showing);
  void fill(Outlet::Access& feed, const Fill& place);
  void fill_at(GstClockTime running_time);
  BufferPtr picture_for(const Fill& place) const;
  BufferPtr filling(const Fill& place);
  BufferPtr faded(Outlet::Access& feed, const Fill& partner, double share_of_frame,
                  GstBuffer* frame);
  GstClockTime too_late_for_the_next() const;
  void expect_next();
  void set_timer();
  void look_farther(GstClockTime running_time);

  Environment env_;
  std::unique_ptr<FramePool> pool_;
  GstSegment segment_{};
  ConcealSettings settings_;
  ConcealPolicy policy_;
  GstClockTime step_ = GST_CLOCK_TIME_NONE;  // d
  BufferPtr last_shown_;
  std::vector<AheadPictures::Entry> fade_;  // what frames after a gap are faded in from

  // Running times at which something is due.
  GstClockTime too_late_at_ = GST_CLOCK_TIME_NONE;  // the expected frame's place is filled
  GstClockTime farther_at_ = GST_CLOCK_TIME_NONE;   // one more picture is made
  int asked_for_ = 1;                               // pictures after the newest frame
};

}  // namespace stip::gst
