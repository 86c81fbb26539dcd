#pragma once

#include <string>

#include "stip/calibration.h"

namespace stip {

/// The YAML text of a calibration, for the metadata key `stip.calibration` of model files.
std::string write_calibration(const Calibration& calibration);

/// Reads it; empty text is a calibration without horizons. Throws kWrongKind for anything that
/// write_calibration() does not write, and kNewerVersion for what a later one did.
Calibration parse_calibration(const std::string& yaml);

}  // namespace stip
