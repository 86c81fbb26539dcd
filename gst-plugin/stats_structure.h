#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "stip/quality.h"

namespace stip::gst {

/// What the property and message `stats` are made of.
struct Stats {
  std::uint64_t predicted = 0;
  /// Each input frame that no prediction was made from, by its one cause: ("warm-up", 3), ...
  std::vector<std::pair<std::string, std::uint64_t>> skipped;
  /// Further counters, as they are called: ("resets", 1), ("qos-ignored", 0), ...
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  std::uint64_t concealed = 0;
  bool idle = false;      ///< nothing needs a prediction at present
  bool bypassed = false;  ///< see AutoBypass
  double anomaly_score = 0;
  GstClockTime inference_p50 = 0;
  GstClockTime inference_p95 = 0;
  std::map<int, RunningComparison> quality;  ///< QualityRecord::horizons()
};

/// `application/x-stippredict-stats`, owned by the caller. Names and fields are API:
///   frames-in, predicted, skipped        guint64  frames-in = predicted + skipped
///   skipped-CAUSE                        guint64  they sum to skipped
///   concealed and each further counter   guint64
///   idle, bypassed                       boolean
///   anomaly-score                        double   of the newest frame, see AnomalyScorer
///   inference-p50-ms, inference-p95-ms   double   of the last 32 runs
/// and for each horizon K at which a prediction was compared with the frame that came:
///   horizon-K-compared                   guint64  predictions
///   horizon-K-psnr, horizon-K-psnr-copy-last  double  dB, running means (RunningComparison)
///   horizon-K-ssim, horizon-K-ssim-copy-last  double
GstStructure* stats_structure(const Stats& stats);

}  // namespace stip::gst
