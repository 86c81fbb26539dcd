#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "anomaly_alarm.h"
#include "auto_bypass.h"
#include "reporter.h"
#include "settings.h"
#include "stip/quality.h"
#include "stip/scene_change.h"
#include "telemetry.h"

namespace stip::gst {

/// Compares predictions with the frames that came for them, as far as somebody wants to know: for
/// auto-bypass, anomaly-threshold, stats-interval, scene-change-threshold, and while somebody reads
/// `stats`. Without them it costs nothing. One thread: the one that predicts, so that the video
/// never waits for it.
class Judge {
 public:
  Judge(Telemetry& telemetry, Reporter& reporter) : telemetry_(telemetry), reporter_(reporter) {}

  void use(const ModelInfo& model) { calibration_ = model.calibration; }
  /// The settings of the next frame.
  void adopt(const FrameSettings& settings);

  /// Whether predictions are compared with what comes.
  bool compares() const { return figures_ || settings_.anomaly_threshold > 0; }
  /// Whether this horizon is to be predicted though nobody may see it.
  bool wants(int horizon) const {
    return horizon == kAlarmHorizon && settings_.anomaly_threshold > 0;
  }

  /// A true frame, before the model takes it in. d: the time between frames. Returns whether it
  /// begins another scene.
  bool arrive(const FrameView& frame, const FrameMoment& moment, GstClockTime d);
  /// What was predicted from the frame that arrived last for this time.
  void keep(int horizon, GstClockTime target, const FrameView& prediction);

  /// The stream broke: what was predicted is not awaited any more, an alarm is over.
  void forget();
  /// Another stream.
  void reset();
  /// The end of the stream: an alarm is over.
  void close();

  bool bypassed() const { return bypass_.bypassed(); }

 private:
  static constexpr int kAlarmHorizon = 1;

  using SketchPtr = std::shared_ptr<const Sketch>;
  struct Awaited {
    int horizon;
    GstClockTime target;
    SketchPtr prediction;
    SketchPtr source;  // of the frame that it was made from
  };

  void judge(const FrameMoment& moment, GstClockTime d);
  double compare_one(const Awaited& one);
  void watch(const Awaited& one, const FrameMoment& moment);
  void weigh(double gain, const FrameMoment& moment);
  void drop_until(GstClockTime pts);
  void tell(const std::optional<AlarmEvent>& event);
  AnomalyAlarm& alarm();

  Telemetry& telemetry_;
  Reporter& reporter_;
  FrameSettings settings_;
  bool figures_ = false;  // PSNR and SSIM are wanted
  std::optional<Calibration> calibration_;

  SketchPtr newest_;
  std::deque<Awaited> awaited_;
  SceneChange scene_;
  QualityRecord record_;
  AutoBypass bypass_;
  std::optional<AnomalyAlarm> alarm_;
};

}  // namespace stip::gst
