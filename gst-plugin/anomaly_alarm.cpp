#include "anomaly_alarm.h"

namespace stip::gst {
namespace {

constexpr int kQuietFrames = 3;
constexpr double kOff = 0.8;

// Connected blocks of at least half the largest error: what surrounds an intruder is often over the
// threshold too, as far as the windows of the error map reach into it.
Box box_of(const ErrorMap& errors) { return box_around_largest(errors, errors.largest() / 2); }

}  // namespace

std::optional<AlarmEvent> AnomalyAlarm::add(const FrameMoment& when, const ErrorMap& errors,
                                            double threshold) {
  newest_ = when;
  if (threshold <= 0) return close();
  const double error = errors.largest();
  score_ = scorer_.score(error);
  scorer_.learn(error, score_ >= threshold);
  if (!active_) return score_ >= threshold ? begin(errors) : std::nullopt;
  if (score_ > worst_.score) {
    worst_.score = score_;
    worst_.box = box_of(errors);
  }
  quiet_frames_ = score_ < kOff * threshold ? quiet_frames_ + 1 : 0;
  return quiet_frames_ < kQuietFrames ? std::nullopt : close();
}

std::optional<AlarmEvent> AnomalyAlarm::begin(const ErrorMap& errors) {
  active_ = true;
  quiet_frames_ = 0;
  worst_ = {true, newest_, score_, box_of(errors)};
  return worst_;
}

std::optional<AlarmEvent> AnomalyAlarm::close() {
  if (!active_) return std::nullopt;
  active_ = false;
  worst_.start = false;
  worst_.moment = newest_;
  return worst_;
}

}  // namespace stip::gst
