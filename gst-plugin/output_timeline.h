#pragma once

#include <gst/gst.h>

#include <optional>

namespace stip::gst {

/// A stretch of time without a frame, to be announced by a GAP event.
struct Gap {
  GstClockTime start = 0;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  bool missing_data = false;  ///< GST_GAP_FLAG_MISSING_DATA: a compositor keeps its last picture
};

/// What leaves on one pad, in time. The PTS of predictions never decreases, none is at or after the
/// end of the segment, and time that no frame covers is announced, so that sinks preroll and
/// compositors do not wait. One thread.
class OutputTimeline {
 public:
  enum class Verdict { kPush, kReordered, kSegmentEnd };

  /// A new timeline: after a flush, a seek, a new stream.
  void restart(const GstSegment& segment);
  /// The same timeline goes on; only the end may have moved.
  void update(const GstSegment& segment);

  /// The one GAP from the start to the first prediction, `lead` later; none if it was given before
  /// or there is no such stretch. A lead of GST_CLOCK_TIME_NONE is a GAP of unknown length.
  std::optional<Gap> warm_up(GstClockTime lead);

  Verdict judge(GstClockTime pts) const;

  /// A prediction is about to be pushed; a hole before it comes back as a gap.
  std::optional<Gap> push(GstClockTime pts, GstClockTime duration);
  /// There will be no prediction for this time. Time that is covered already makes no gap.
  std::optional<Gap> skip(GstClockTime pts, GstClockTime duration);

  /// Whether a frame of the input has to be left out because a prediction as late has been shown
  /// (only after a change of output). Input is never left out for any other reason.
  bool behind(GstClockTime pts) const;
  /// A frame of the input is about to be pushed.
  void pass(GstClockTime pts, GstClockTime duration);
  /// Frames of the input, which are what is shown now, have got past the predictions shown before:
  /// from here on they are in their own order again.
  void overtake();

 private:
  void set_end(const GstSegment& segment);

  bool timed_ = false;  // a segment in TIME: otherwise there is nothing to announce or to cut
  bool warming_ = true;
  bool warm_up_told_ = false;
  GstClockTime end_ = GST_CLOCK_TIME_NONE;
  GstClockTime newest_prediction_ = GST_CLOCK_TIME_NONE;
  GstClockTime covered_ = GST_CLOCK_TIME_NONE;  // frames and gaps account for all time before this
};

}  // namespace stip::gst
