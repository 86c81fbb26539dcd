#include "judge.h"

#include <algorithm>

#include "messages.h"

namespace stip::gst {
namespace {

GstClockTime distance(GstClockTime a, GstClockTime b) { return a > b ? a - b : b - a; }

}  // namespace

void Judge::adopt(const FrameSettings& settings) {
  if (settings_.anomaly_threshold > 0 && settings.anomaly_threshold <= 0) close();
  if (settings_.auto_bypass && !settings.auto_bypass) {
    bypass_.reset();
    telemetry_.set_bypassed(false);
  }
  settings_ = settings;
  figures_ = settings.auto_bypass || settings.stats_interval > 0 || telemetry_.stats_are_read();
  if (!compares()) awaited_.clear();
}

AnomalyAlarm& Judge::alarm() {
  if (!alarm_.has_value()) {
    alarm_.emplace(calibration_.has_value() ? calibration_->at(kAlarmHorizon) : std::nullopt);
  }
  return *alarm_;
}

bool Judge::arrive(const FrameView& frame, const FrameMoment& moment, GstClockTime d) {
  newest_.reset();
  const bool cuts = settings_.scene_change_threshold > 0;
  if (!cuts) scene_.reset();
  if (!cuts && !compares()) return false;
  newest_ = std::make_shared<const Sketch>(make_sketch(frame));
  if (compares()) judge(moment, d);
  return cuts && scene_.measure(*newest_) >= settings_.scene_change_threshold;
}

void Judge::keep(int horizon, GstClockTime target, const FrameView& prediction) {
  if (!compares() || newest_ == nullptr || !GST_CLOCK_TIME_IS_VALID(target)) return;
  if (!figures_ && !wants(horizon)) return;
  awaited_.push_back(
      {horizon, target, std::make_shared<const Sketch>(make_sketch(prediction)), newest_});
}

void Judge::judge(const FrameMoment& moment, GstClockTime d) {
  const GstClockTime tolerance = GST_CLOCK_TIME_IS_VALID(d) ? d / 2 : 0;
  double gain = 0;
  int compared = 0;
  for (const Awaited& one : awaited_) {
    if (distance(one.target, moment.pts) > tolerance) continue;
    if (wants(one.horizon)) watch(one, moment);
    telemetry_.set_error(one.horizon, {squared_error(*newest_, *one.prediction), moment.pts});
    if (!figures_) continue;
    gain += compare_one(one);
    ++compared;
  }
  drop_until(moment.pts + tolerance);
  if (compared == 0) return;
  telemetry_.set_quality(record_.horizons());
  weigh(gain / compared, moment);
}

void Judge::drop_until(GstClockTime pts) {
  const auto past = [pts](const Awaited& one) { return one.target <= pts; };
  awaited_.erase(std::remove_if(awaited_.begin(), awaited_.end(), past), awaited_.end());
}

// Returns how many dB the model is above copy-last.
double Judge::compare_one(const Awaited& one) {
  const Comparison comparison = compare(*newest_, *one.prediction, *one.source);
  record_.add(one.horizon, comparison);
  return comparison.model.psnr - comparison.copy_last.psnr;
}

void Judge::watch(const Awaited& one, const FrameMoment& moment) {
  const ErrorMap errors = error_map(*newest_, *one.prediction);
  tell(alarm().add(moment, errors, settings_.anomaly_threshold));
  telemetry_.set_anomaly_score(alarm().score());
}

void Judge::weigh(double gain, const FrameMoment& moment) {
  if (!settings_.auto_bypass) return;
  const bool before = bypass_.bypassed();
  const bool now = bypass_.add(moment.pts, gain);
  if (now == before) return;
  telemetry_.set_bypassed(now);
  reporter_.message(bypass_message(now, moment));
}

void Judge::tell(const std::optional<AlarmEvent>& event) {
  if (event.has_value()) reporter_.message(anomaly_message(*event));
}

void Judge::close() {
  if (alarm_.has_value()) tell(alarm_->close());
}

void Judge::forget() {
  close();
  alarm_.reset();
  awaited_.clear();
  newest_.reset();
  scene_.reset();
}

void Judge::reset() {
  forget();
  record_.clear();
  bypass_.reset();
  telemetry_.set_bypassed(false);
}

}  // namespace stip::gst
