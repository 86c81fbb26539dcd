#include "telemetry.h"

#include <numeric>

namespace stip::gst {
namespace {

double milliseconds(GstClockTime time) {
  return static_cast<double>(time) / static_cast<double>(GST_MSECOND);
}

}  // namespace

void Telemetry::reset() {
  const std::lock_guard<std::mutex> lock(mutex_);
  outcomes_.fill(0);
  qos_ = 0;
  resets_ = 0;
  runs_.clear();
  told_latency_ = 0;
  told_at_ = GST_CLOCK_TIME_NONE;
}

void Telemetry::count(Outcome outcome, std::uint64_t frames) {
  const std::lock_guard<std::mutex> lock(mutex_);
  outcomes_[static_cast<std::size_t>(outcome)] += frames;
}

void Telemetry::count_qos() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++qos_;
}

void Telemetry::count_reset() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++resets_;
}

void Telemetry::add_run(GstClockTime elapsed) {
  const std::lock_guard<std::mutex> lock(mutex_);
  runs_.add(elapsed);
}

GstClockTime Telemetry::latency() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return runs_.quantile(0.95);
}

bool Telemetry::latency_moved(GstClockTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const GstClockTime latency = runs_.quantile(0.95);
  const GstClockTime moved =
      latency > told_latency_ ? latency - told_latency_ : told_latency_ - latency;
  if (moved < 5 * GST_MSECOND || moved < told_latency_ / 4) return false;
  if (GST_CLOCK_TIME_IS_VALID(told_at_) && now < told_at_ + GST_SECOND) return false;
  told_latency_ = latency;
  told_at_ = now;
  return true;
}

void Telemetry::tell_latency() {
  const std::lock_guard<std::mutex> lock(mutex_);
  told_latency_ = 0;
  told_at_ = GST_CLOCK_TIME_NONE;
}

GstStructure* Telemetry::structure() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto n = [this](Outcome outcome) { return outcomes_[static_cast<std::size_t>(outcome)]; };
  const std::uint64_t in = std::accumulate(outcomes_.begin(), outcomes_.end(), std::uint64_t{0});
  // clang-format off
  return gst_structure_new("application/x-stippredict-stats",
      "frames-in", G_TYPE_UINT64, in,
      "predicted", G_TYPE_UINT64, n(Outcome::kPredicted),
      "skipped", G_TYPE_UINT64, in - n(Outcome::kPredicted),
      "skipped-warm-up", G_TYPE_UINT64, n(Outcome::kWarmUp),
      "skipped-reordered", G_TYPE_UINT64, n(Outcome::kReordered),
      "skipped-segment-end", G_TYPE_UINT64, n(Outcome::kSegmentEnd),
      "skipped-pass-through", G_TYPE_UINT64, n(Outcome::kPassThrough),
      "skipped-idle", G_TYPE_UINT64, n(Outcome::kIdle),
      "skipped-failed", G_TYPE_UINT64, n(Outcome::kFailed),
      "skipped-interval", G_TYPE_UINT64, n(Outcome::kInterval),
      "skipped-busy", G_TYPE_UINT64, n(Outcome::kBusy),
      "skipped-full", G_TYPE_UINT64, n(Outcome::kFull),
      "skipped-qos", G_TYPE_UINT64, n(Outcome::kQos),
      "skipped-late", G_TYPE_UINT64, n(Outcome::kLate),
      "skipped-flushed", G_TYPE_UINT64, n(Outcome::kFlushed),
      "resets", G_TYPE_UINT64, resets_,
      "qos-ignored", G_TYPE_UINT64, qos_,
      "inference-p50-ms", G_TYPE_DOUBLE, milliseconds(runs_.quantile(0.5)),
      "inference-p95-ms", G_TYPE_DOUBLE, milliseconds(runs_.quantile(0.95)),
      nullptr);
  // clang-format on
}

}  // namespace stip::gst
