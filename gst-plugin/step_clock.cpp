#include "step_clock.h"

#include <algorithm>
#include <vector>

namespace stip::gst {
namespace {

GstClockTime median(std::vector<GstClockTime> values) {
  std::sort(values.begin(), values.end());
  const GstClockTime low = values[(values.size() - 1) / 2];
  const GstClockTime high = values[values.size() / 2];
  return low + (high - low) / 2;
}

bool is_near(GstClockTime a, GstClockTime b) { return a <= b + b / 4 && a >= b - b / 4; }

}  // namespace

void StepClock::set_rate(int numerator, int denominator) {
  if (numerator == numerator_ && denominator == denominator_) return;
  numerator_ = numerator;
  denominator_ = denominator;
  steps_.clear();
}

void StepClock::add(GstClockTime pts, GstClockTime duration) {
  if (GST_CLOCK_TIME_IS_VALID(last_) && pts > last_) {
    jumped_ = GST_CLOCK_TIME_NONE;
    steps_.push_back(pts - last_);
    if (steps_.size() > kSteps) steps_.pop_front();
  }
  last_ = pts;
  duration_ = duration;
}

// What buffers and caps say, which need not be true.
GstClockTime StepClock::nominal() const {
  // 0 is what some sources write for "I do not know".
  if (GST_CLOCK_TIME_IS_VALID(duration_) && duration_ > 0) return duration_;
  if (numerator_ <= 0) return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale_int(GST_SECOND, denominator_, numerator_);
}

GstClockTime StepClock::step() const {
  const GstClockTime told = nominal();
  if (steps_.empty()) return told;
  const GstClockTime usual = median({steps_.begin(), steps_.end()});
  if (!GST_CLOCK_TIME_IS_VALID(told) || usual <= told + told / 4) return usual;
  // Longer than it should be, and yet there are steps as long as they should be: frames are
  // missing.
  std::vector<GstClockTime> whole;
  for (const GstClockTime step : steps_) {
    if (is_near(step, told)) whole.push_back(step);
  }
  return whole.empty() ? usual : median(std::move(whole));
}

void StepClock::jump(GstClockTime pts) {
  if (GST_CLOCK_TIME_IS_VALID(last_) && pts > last_) {
    const GstClockTime length = pts - last_;
    if (GST_CLOCK_TIME_IS_VALID(jumped_) && is_near(length, jumped_)) steps_ = {length};
    jumped_ = length;
  }
  last_ = GST_CLOCK_TIME_NONE;
}

void StepClock::reset() {
  steps_.clear();
  last_ = GST_CLOCK_TIME_NONE;
  duration_ = GST_CLOCK_TIME_NONE;
  jumped_ = GST_CLOCK_TIME_NONE;
}

}  // namespace stip::gst
