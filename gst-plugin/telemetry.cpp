#include "telemetry.h"

#include <algorithm>

#include "monotonic_time.h"
#include "stats_structure.h"

namespace stip::gst {

void Telemetry::reset() {
  const std::lock_guard<std::mutex> lock(mutex_);
  outcomes_.fill(0);
  qos_ = 0;
  resets_ = 0;
  runs_.clear();
  told_latency_ = 0;
  told_at_ = GST_CLOCK_TIME_NONE;
  latency_asked_ = false;
  concealed_ = 0;
  came_late_ = 0;
  quality_.clear();
  errors_.clear();
  anomaly_score_ = 0;
  bypassed_ = false;
  idle_ = true;
  read_at_ = GST_CLOCK_TIME_NONE;
  stats_told_at_ = GST_CLOCK_TIME_NONE;
  first_at_ = GST_CLOCK_TIME_NONE;
  silence_told_ = false;
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

void Telemetry::count_concealed() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++concealed_;
}

void Telemetry::count_came_late() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++came_late_;
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
  const bool by_enough = moved >= 5 * GST_MSECOND && moved >= told_latency_ / 4;
  const bool too_soon = GST_CLOCK_TIME_IS_VALID(told_at_) && now < told_at_ + GST_SECOND;
  if (!latency_asked_ && (!by_enough || too_soon)) return false;
  latency_asked_ = false;
  told_latency_ = latency;
  told_at_ = now;
  return true;
}

void Telemetry::tell_latency() {
  const std::lock_guard<std::mutex> lock(mutex_);
  told_latency_ = 0;
  told_at_ = GST_CLOCK_TIME_NONE;
}

void Telemetry::ask_for_latency() {
  const std::lock_guard<std::mutex> lock(mutex_);
  latency_asked_ = true;
}

void Telemetry::set_quality(const std::map<int, RunningComparison>& quality) {
  const std::lock_guard<std::mutex> lock(mutex_);
  quality_ = quality;
}

void Telemetry::set_error(int horizon, const PredictionError& error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  errors_[horizon] = error;
}

void Telemetry::set_anomaly_score(double score) {
  const std::lock_guard<std::mutex> lock(mutex_);
  anomaly_score_ = score;
}

void Telemetry::set_bypassed(bool bypassed) {
  const std::lock_guard<std::mutex> lock(mutex_);
  bypassed_ = bypassed;
}

void Telemetry::set_idle(bool idle) {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_ = idle;
}

void Telemetry::set_model(const std::string& hash) {
  const std::lock_guard<std::mutex> lock(mutex_);
  model_hash_ = hash;
}

PredictionNote Telemetry::note(int horizon) const {
  PredictionNote note;
  note.horizon = horizon;
  const std::lock_guard<std::mutex> lock(mutex_);
  note.model_hash = model_hash_;
  note.bypassed = horizon > 0 && bypassed_;
  const auto found = horizon == 0 ? errors_.begin() : errors_.find(horizon);
  if (found != errors_.end()) {
    note.last_error = found->second.squared;
    note.last_error_pts = found->second.pts;
  }
  return note;
}

void Telemetry::note_reader(GstClockTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  read_at_ = now;
}

bool Telemetry::stats_are_read() const {
  const GstClockTime now = monotonic_now();
  const std::lock_guard<std::mutex> lock(mutex_);
  return GST_CLOCK_TIME_IS_VALID(read_at_) && now < read_at_ + 10 * GST_SECOND;
}

bool Telemetry::stats_due(GstClockTime now, GstClockTime interval) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (interval == 0) return false;
  const bool first = !GST_CLOCK_TIME_IS_VALID(stats_told_at_);
  if (!first && now < stats_told_at_ + interval) return false;
  stats_told_at_ = now;
  return !first;
}

std::optional<Silence> Telemetry::silence(GstClockTime now, bool ended) {
  constexpr std::uint64_t kFewFrames = 16;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto of = [&](Outcome outcome) { return outcomes_[static_cast<std::size_t>(outcome)]; };
  if (silence_told_ || of(Outcome::kPredicted) > 0 || of(Outcome::kFailed) > 0) return {};
  Silence silence;
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome == Outcome::kIdle || outcome == Outcome::kFlushed) continue;
    silence.frames += outcomes_[i];
    if (outcomes_[i] > most) silence.cause = outcome;
    most = std::max(most, outcomes_[i]);
  }
  // Of conceal most frames want nothing, and the rest may come while the context fills.
  if (silence.frames <= of(Outcome::kIdle) || concealed_ > 0) return {};
  if (!GST_CLOCK_TIME_IS_VALID(first_at_)) first_at_ = now;
  if (!ended && (now < first_at_ + 5 * GST_SECOND || silence.frames < kFewFrames)) return {};
  silence_told_ = true;
  // Frames come while the network is busy because it is slow.
  if (of(Outcome::kLate) > 0) silence.cause = Outcome::kLate;
  silence.resets = resets_;
  silence.run_time = runs_.quantile(0.95);
  return silence;
}

GstStructure* Telemetry::structure() const {
  static constexpr std::array<const char*, kOutcomes> kNames = {
      "predicted", "warm-up", "reordered", "segment-end", "pass-through", "idle",   "failed",
      "interval",  "busy",    "full",      "qos",         "late",         "flushed"};
  Stats stats;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stats.predicted = outcomes_.front();
    for (std::size_t i = 1; i < kOutcomes; ++i) stats.skipped.emplace_back(kNames[i], outcomes_[i]);
    stats.counters = {{"resets", resets_}, {"qos-ignored", qos_}, {"concealed-late", came_late_}};
    stats.concealed = concealed_;
    stats.idle = idle_;
    stats.bypassed = bypassed_;
    stats.anomaly_score = anomaly_score_;
    stats.inference_p50 = runs_.quantile(0.5);
    stats.inference_p95 = runs_.quantile(0.95);
    stats.quality = quality_;
  }
  return stats_structure(stats);
}

}  // namespace stip::gst
