#pragma once

#include <optional>

#include "frame_moment.h"
#include "stip/anomaly.h"

namespace stip::gst {

/// The beginning or the end of an alarm.
struct AlarmEvent {
  bool start = true;
  FrameMoment moment;  ///< of the frame at which it began, or was found to be over
  double score = 0;    ///< start: of this frame; end: the largest since the start
  Box box;             ///< where the score was that
};

/// Turns the errors of predictions, frame by frame, into alarms: one begins with a score (see
/// AnomalyScorer) of at least the threshold and ends after three frames in a row under four fifths
/// of it. Only the past counts. One thread.
class AnomalyAlarm {
 public:
  explicit AnomalyAlarm(std::optional<ErrorQuantiles> calibrated = std::nullopt)
      : scorer_(std::move(calibrated)) {}

  /// The errors of the prediction for a frame that has come. A threshold of 0 judges nothing and
  /// ends an open alarm.
  std::optional<AlarmEvent> add(const FrameMoment& when, const ErrorMap& errors, double threshold);

  /// EOS, a reset, the end: the last frame given ends an open alarm.
  std::optional<AlarmEvent> close();
  /// The stream is another one: what was normal is forgotten too. Close first.
  void reset() { scorer_.reset(); }

  bool active() const { return active_; }
  double score() const { return score_; }  ///< of the newest frame

 private:
  std::optional<AlarmEvent> begin(const ErrorMap& errors);

  AnomalyScorer scorer_;
  FrameMoment newest_;
  double score_ = 0;
  bool active_ = false;
  int quiet_frames_ = 0;
  AlarmEvent worst_;
};

}  // namespace stip::gst
