#pragma once

#include <string>

#include "model/config.h"

namespace YAML {
class Node;
}

namespace stip {

/// The configuration's YAML form, used by model files (metadata key `stip.model`) and by the
/// `model` section of a training configuration. A missing key has the ucfsport preset's value.
/// Throws kInvalidArgument naming an unknown key (with the nearest known one) or a value out of
/// range, and kWrongKind for a network of a kind that this version does not have.
ModelConfig read_model_config(const YAML::Node& node);
ModelConfig parse_model_config(const std::string& yaml);
std::string write_model_config(const ModelConfig& config);

}  // namespace stip
