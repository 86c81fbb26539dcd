#pragma once

#include <gst/gst.h>

#include <string>

#include "stip/predictor.h"

namespace stip::gst {

enum class Output { kPredicted, kOriginal, kSideBySide, kDifference, kHeatMap, kConceal };
enum class Timestamps { kTarget, kSource };
enum class StateChoice { kAuto, kWindow, kRecurrent };
enum class Async { kAuto, kTrue, kFalse };
/// What becomes of frames that arrive while the network is busy.
enum class LatePolicy { kSkipOutput, kSkipInput, kReset };
/// What becomes of the network's memory where a frame is missing or damaged.
enum class GapPolicy { kRollout, kReset };
enum class OnError { kError, kPassthrough };

/// Where the latency to compensate is not given but taken from the pipeline.
constexpr gint64 kMeasuredLatency = -1;

/// conceal-wait: half a frame.
constexpr gint64 kHalfAFrame = -1;

/// What a model is loaded by; looked at in NULL->READY and READY->PAUSED, and when it is set later.
struct ModelSettings {
  std::string model;
  std::string device = "auto";
  int threads = 0;
  std::string precision = "auto";

  bool operator==(const ModelSettings& other) const {
    return model == other.model && device == other.device && threads == other.threads &&
           precision == other.precision;
  }
};

/// How the model is used; looked at in READY->PAUSED.
struct PredictorSettings {
  StateChoice state = StateChoice::kAuto;
  int context = 0;
  Resize resize = Resize::kAuto;
  Async async = Async::kAuto;
  int threads = 0;  ///< as the model's; 0: as many as there are, with a worker one less where there
                    ///< are more than two
};

/// What may change while playing; looked at for each frame.
struct FrameSettings {
  int horizon = 1;
  Output output = Output::kPredicted;
  Timestamps timestamps = Timestamps::kTarget;
  GstClockTime max_gap = GST_SECOND;
  GapPolicy gap_policy = GapPolicy::kRollout;
  LatePolicy late_policy = LatePolicy::kSkipOutput;
  int interval = 1;
  bool qos = true;
  gint64 compensate = 0;  ///< 0: off; kMeasuredLatency; else nanoseconds
  GstClockTime display_delay = 0;
  GstClockTime max_latency = GST_CLOCK_TIME_NONE;  ///< none: one frame
  GstClockTime drain_timeout = 2 * GST_SECOND;
  OnError on_error = OnError::kError;
  bool post_messages = true;
  GstClockTime stats_interval = 0;    ///< 0: off
  double scene_change_threshold = 0;  ///< 0: off
  double anomaly_threshold = 0;       ///< 0: off
  bool auto_bypass = false;
  gint64 conceal_wait = kHalfAFrame;  ///< or nanoseconds
  GstClockTime max_conceal = 500 * GST_MSECOND;
  int rejoin_frames = 2;
};

/// All properties of the element; guarded by its object lock.
struct Settings {
  ModelSettings model;
  PredictorSettings predictor;
  FrameSettings frame;
};

}  // namespace stip::gst
