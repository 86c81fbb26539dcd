#pragma once

#include <string>

namespace stip {

/// The calibration text of a model file (ModelFileHeader::calibration), empty where there is none.
std::string calibration_of(const std::string& model_file);

/// Writes a copy of a model file with this calibration, all else as it was; `target` may be the
/// file itself. Throws what SafetensorsReader throws, kWriteFailed.
void write_calibrated_model(const std::string& model_file, const std::string& target,
                            const std::string& calibration);

}  // namespace stip
