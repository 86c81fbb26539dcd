#pragma once

#include <gst/gst.h>

#include <deque>

namespace stip::gst {

/// The time from one frame to the next, for streams of fixed, variable and unknown rate: the median
/// of the last 8 PTS steps (so one hole or one jittered stamp does not move predictions), else what
/// buffers (their duration) or caps (1/framerate) say. Where the median is longer than they say,
/// and yet some of the steps are as long as they say, the others are holes and do not count; a
/// camera that goes at half its caps' rate in the dark has no such steps. One thread.
class StepClock {
 public:
  /// From the caps; 0/1 is unknown or variable. Another rate forgets the steps seen.
  void set_rate(int numerator, int denominator);

  /// The next frame in stream order. A step backwards or of nothing is not a step.
  void add(GstClockTime pts, GstClockTime duration);

  /// PTS of the newest frame, or GST_CLOCK_TIME_NONE.
  GstClockTime last() const { return last_; }

  /// GST_CLOCK_TIME_NONE as long as nothing tells.
  GstClockTime step() const;

  /// The frame at `pts` does not follow what came last: the way there is no step. But two in a row
  /// of the same length are the stream's rhythm, whatever its caps say.
  void jump(GstClockTime pts);
  /// Forgets the stream, keeps the rate.
  void reset();

 private:
  GstClockTime nominal() const;

  static constexpr std::size_t kSteps = 8;

  std::deque<GstClockTime> steps_;
  GstClockTime last_ = GST_CLOCK_TIME_NONE;
  GstClockTime duration_ = GST_CLOCK_TIME_NONE;
  GstClockTime jumped_ = GST_CLOCK_TIME_NONE;  // so far, if the newest frame did not follow
  int numerator_ = 0;
  int denominator_ = 1;
};

}  // namespace stip::gst
