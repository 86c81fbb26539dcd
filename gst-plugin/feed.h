#pragma once

#include <gst/video/video.h>

#include <memory>
#include <optional>
#include <string>

#include "frame_pool.h"
#include "gst_ptr.h"
#include "output_queue.h"
#include "output_timeline.h"
#include "own_latency.h"

namespace stip::gst {

enum class OutletKind { kMain, kOriginal, kPrediction };

/// Whether a view is made of predictions alone, and so comes from whoever makes these. All others
/// show each frame when it arrives.
inline bool shows_predictions(const View& view) { return view.output == Output::kPredicted; }

/// Whether a view needs, with each frame, what was predicted for it.
inline bool shows_beside_truth(const View& view) {
  return view.output == Output::kSideBySide || view.output == Output::kDifference ||
         view.output == Output::kHeatMap;
}

/// What becomes of events and frames on one source pad before its queue: its caps, its stream id,
/// its time line, its GAPs. Knows no pad and no element. One thread at a time (see Outlet).
/// Failures are thrown as stip::Error or std::bad_alloc.
class Feed {
 public:
  Feed(OutputQueue& queue, OutletKind kind, std::string name);

  /// Whether a frame waits for room in a full queue (else it is not taken).
  void set_waits(bool waits) { waits_ = waits; }

  /// The GPU in whose memory frames may be, for the caps that come; null: there is none.
  void set_gpu(const GpuPtr& gpu) { gpu_ = gpu; }

  /// Nothing of the stream survives.
  void clear();
  /// After a flush: another position follows, and CAPS may have been lost on their way.
  void restart();
  /// What is shown from here on.
  void adopt(const View& view);
  const View& view() const { return view_; }
  /// How often it has shown something else: a prediction wanted before is not wanted any more.
  unsigned turn() const { return turn_; }

  /// A serialized event of the input other than GAP, in its order. The same event twice (after a
  /// change of sides) goes out once.
  void send(EventPtr event);

  /// A sink waits for something to show, and the first prediction may be many frames away.
  void announce_warm_up(int context, GstClockTime d);
  OutputTimeline::Verdict judge(GstClockTime pts) const { return timeline_.judge(pts); }
  /// Of the time at which a prediction would be shown; GST_CLOCK_TIME_NONE where there is none.
  GstClockTime running_time(GstClockTime pts) const;
  GstClockTime stream_time(GstClockTime pts) const;
  bool has_room() const { return waits_ || queue_.has_room(); }
  /// A frame to be filled, of the input's caps. Throws stip::Error.
  BufferPtr acquire() { return pool_->acquire(); }
  /// A prediction; its stamps are set here.
  void push(BufferPtr picture, GstClockTime pts, GstClockTime d);
  /// There will be no prediction for this time.
  void skip(GstClockTime pts, GstClockTime d);
  /// The same where time runs in no order: backward playback.
  void skip_anywhere(GstClockTime pts, GstClockTime d);
  /// The next prediction does not follow the last one.
  void mark_discont() { discont_ = true; }

  /// A GAP of the input where frames are shown as they arrive.
  void forward_gap(EventPtr event);
  /// Whether predictions as late as this frame have been shown already.
  bool behind(GstClockTime pts) const { return timeline_.behind(pts); }
  /// A frame shown as it came.
  void show(BufferPtr buffer, GstClockTime d);
  /// The same in the middle of predictions: those after it must not go back.
  void pass(BufferPtr buffer, GstClockTime d);
  /// Two pictures of the input's caps beside each other, with the stamps of the left one.
  BufferPtr side_by_side(GstBuffer* left, GstBuffer* right);

 private:
  EventPtr with_own_stream_id(EventPtr event) const;
  void send_segment(EventPtr event);
  void set_caps(const EventPtr& event);
  void push_caps();
  OutputQueue::Full when_full() const {
    return waits_ ? OutputQueue::Full::kWait : OutputQueue::Full::kExceed;
  }
  void push_gap(const std::optional<Gap>& gap, OutputQueue::Full full);
  void push_frame(BufferPtr buffer);

  OutputQueue& queue_;
  const OutletKind kind_;
  const std::string name_;
  GpuPtr gpu_;
  bool waits_ = true;
  View view_;
  unsigned turn_ = 0;

  CapsPtr caps_;  // of the input; null before the first
  GstVideoInfo info_{};
  CapsPtr pushed_caps_;
  EventPtr start_;          // the newest STREAM_START
  EventPtr segment_event_;  // the newest SEGMENT
  GstSegment segment_{};
  OutputTimeline timeline_;
  std::unique_ptr<FramePool> pool_;
  std::unique_ptr<FramePool> double_pool_;  // for two pictures beside each other
  bool discont_ = true;                     // the next prediction follows no other
};

}  // namespace stip::gst
