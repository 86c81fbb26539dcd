#pragma once

#include <gst/gst.h>

#include <deque>

namespace stip::gst {

/// The time from one frame to the next, for streams of fixed, variable and unknown rate: the median
/// of the last 8 PTS steps (so one hole or one jittered stamp does not move predictions), else the
/// newest buffer's duration, else 1/framerate. One thread.
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

  /// What comes next does not follow what came last: the way there is no step.
  void jump() { last_ = GST_CLOCK_TIME_NONE; }
  /// Forgets the stream, keeps the rate.
  void reset();

 private:
  static constexpr std::size_t kSteps = 8;

  std::deque<GstClockTime> steps_;
  GstClockTime last_ = GST_CLOCK_TIME_NONE;
  GstClockTime duration_ = GST_CLOCK_TIME_NONE;
  int numerator_ = 0;
  int denominator_ = 1;
};

}  // namespace stip::gst
