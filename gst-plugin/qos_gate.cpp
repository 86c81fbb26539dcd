#include "qos_gate.h"

namespace stip::gst {

void QosGate::report(double proportion, GstClockTimeDiff diff, GstClockTime timestamp) {
  const std::lock_guard<std::mutex> lock(mutex_);
  counts_.proportion = proportion;
  if (!GST_CLOCK_TIME_IS_VALID(timestamp)) return;
  // Twice, as decoders do: what is made now comes out as late again, and must catch up.
  const GstClockTimeDiff room = diff > 0 ? 2 * diff : diff;
  const auto stamp = static_cast<GstClockTimeDiff>(timestamp);
  earliest_ = static_cast<GstClockTime>(MAX(stamp + room, GstClockTimeDiff{0}));
}

void QosGate::reset() {
  const std::lock_guard<std::mutex> lock(mutex_);
  earliest_ = GST_CLOCK_TIME_NONE;
  counts_ = {};
}

bool QosGate::too_late(GstClockTime running_time) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!GST_CLOCK_TIME_IS_VALID(earliest_) || !GST_CLOCK_TIME_IS_VALID(running_time)) return false;
  return running_time <= earliest_;
}

QosGate::Counts QosGate::count(bool dropped) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++(dropped ? counts_.dropped : counts_.processed);
  return counts_;
}

QosGate::Counts QosGate::count_late() {
  const std::lock_guard<std::mutex> lock(mutex_);
  --counts_.processed;
  ++counts_.dropped;
  return counts_;
}

}  // namespace stip::gst
