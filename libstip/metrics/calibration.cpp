#include "stip/calibration.h"

#include <algorithm>
#include <cmath>

#include "stip/error.h"

namespace stip {

ErrorQuantiles error_quantiles(std::vector<double> errors) {
  if (errors.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "no frame was given to be calibrated with");
  }
  std::sort(errors.begin(), errors.end());
  ErrorQuantiles quantiles;
  quantiles.frames = errors.size();
  for (std::size_t i = 0; i < kErrorShares.size(); ++i) {
    const double rank = std::ceil(kErrorShares[i] * static_cast<double>(errors.size()));
    quantiles.errors[i] = errors[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }
  return quantiles;
}

std::optional<ErrorQuantiles> Calibration::at(int horizon) const {
  const auto found = horizons.lower_bound(horizon);
  if (found == horizons.end()) return std::nullopt;
  return found->second;
}

}  // namespace stip
