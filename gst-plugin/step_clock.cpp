#include "step_clock.h"

#include <algorithm>
#include <vector>

namespace stip::gst {

void StepClock::set_rate(int numerator, int denominator) {
  if (numerator == numerator_ && denominator == denominator_) return;
  numerator_ = numerator;
  denominator_ = denominator;
  steps_.clear();
}

void StepClock::add(GstClockTime pts, GstClockTime duration) {
  if (GST_CLOCK_TIME_IS_VALID(last_) && pts > last_) {
    steps_.push_back(pts - last_);
    if (steps_.size() > kSteps) steps_.pop_front();
  }
  last_ = pts;
  duration_ = duration;
}

GstClockTime StepClock::step() const {
  if (!steps_.empty()) {
    std::vector<GstClockTime> sorted(steps_.begin(), steps_.end());
    std::sort(sorted.begin(), sorted.end());
    const GstClockTime low = sorted[(sorted.size() - 1) / 2];
    const GstClockTime high = sorted[sorted.size() / 2];
    return low + (high - low) / 2;
  }
  // 0 is what some sources write for "I do not know".
  if (GST_CLOCK_TIME_IS_VALID(duration_) && duration_ > 0) return duration_;
  if (numerator_ <= 0) return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale_int(GST_SECOND, denominator_, numerator_);
}

void StepClock::reset() {
  steps_.clear();
  last_ = GST_CLOCK_TIME_NONE;
  duration_ = GST_CLOCK_TIME_NONE;
}

}  // namespace stip::gst
