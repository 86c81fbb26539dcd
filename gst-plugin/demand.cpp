#include "demand.h"

#include <algorithm>

namespace stip::gst {

bool needs_predictions(const Outlet& main, const Outlets& results, const FrameSettings& settings) {
  if (settings.anomaly_threshold > 0 || settings.stats_interval > 0) return true;
  if (main.linked && settings.output != Output::kOriginal) return true;
  return std::any_of(results.begin(), results.end(), [](const auto& outlet) -> bool {
    return outlet->kind == OutletKind::kPrediction && outlet->linked;
  });
}

}  // namespace stip::gst
