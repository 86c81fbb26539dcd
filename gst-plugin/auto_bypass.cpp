#include "auto_bypass.h"

namespace stip::gst {
namespace {

constexpr GstClockTime kSpan = 5 * GST_SECOND;
constexpr GstClockTime kPart = GST_SECOND / 10;

}  // namespace

bool AutoBypass::add(GstClockTime time, double gain) {
  const bool known = GST_CLOCK_TIME_IS_VALID(last_);
  if (!known || time < last_ || time - last_ >= kSpan) {
    parts_.clear();
    begin_ = time;
  }
  last_ = time;
  if (parts_.empty() || time - parts_.back().begin >= kPart) parts_.push_back({time, 0, 0});
  parts_.back().gain += gain;
  ++parts_.back().count;
  while (parts_.front().begin + kSpan < time) parts_.pop_front();
  if (time - begin_ < kSpan) return bypassed_;
  const double mean = mean_gain();
  if (bypassed_ ? mean > 0 : mean < 0) {
    bypassed_ = !bypassed_;
    parts_.clear();
    begin_ = time;
  }
  return bypassed_;
}

double AutoBypass::mean_gain() const {
  double sum = 0;
  int count = 0;
  for (const Part& part : parts_) {
    sum += part.gain;
    count += part.count;
  }
  return count == 0 ? 0 : sum / count;
}

void AutoBypass::reset() { *this = {}; }

}  // namespace stip::gst
