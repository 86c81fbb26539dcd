#pragma once

#include <string>

#include "io/safetensors.h"
#include "model/config.h"

namespace stip {

/// What a model file says of itself, apart from the weights. The file is a safetensors file with
/// the metadata keys stip.format, stip.model, stip.training, stip.calibration, stip.checksum
/// (see SafetensorsReader::check_data()) and one tensor
/// `generator.<release's name>` for each parameter.
struct ModelFileHeader {
  ModelConfig config;
  std::string training;     ///< YAML text: iteration, data, metrics, command, version; may be empty
  std::string calibration;  ///< YAML text; may be empty
};

/// Prefix of the generator's tensors in model files and checkpoints.
constexpr const char* kGeneratorPrefix = "generator.";

/// Reads the header and checks that exactly the configured network's tensors are there, in shape,
/// before any of them is read. Throws kWrongKind (no model of ours, or of a kind this version does
/// not have; says what was expected and found), kNewerVersion, kCorrupt.
ModelFileHeader read_model_header(const SafetensorsReader& file);

/// The metadata that write_safetensors() is given for a model.
std::map<std::string, std::string> model_metadata(const ModelFileHeader& header);

}  // namespace stip
