#include "metrics/calibrator.h"

#include "stip/anomaly.h"
#include "stip/error.h"

namespace stip {

void Calibrator::add(int horizon, const FrameView& prediction, const FrameView& truth) {
  const ErrorMap map = error_map(make_sketch(truth), make_sketch(prediction));
  errors_[horizon].push_back(map.largest());
}

Calibration Calibrator::finish() const {
  if (errors_.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "no prediction was given to be calibrated with");
  }
  Calibration calibration;
  for (const auto& [horizon, errors] : errors_) {
    calibration.horizons[horizon] = error_quantiles(errors);
  }
  return calibration;
}

}  // namespace stip
