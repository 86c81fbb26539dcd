#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/config.h"

namespace stip {

/// One parameter of the generator, by its name in the release's checkpoints and in our model files.
struct ParameterEntry {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t count() const;
};

/// Every parameter the generator uses, in a fixed order. Knows no torch: a model file's header is
/// checked against this before a single weight is read or a network is built.
std::vector<ParameterEntry> parameter_table(const ModelConfig& config);

/// The parameters that the released code makes and saves but never uses (`merge`, every cell's
/// `conv_last`): accepted and dropped at import, counted where the paper counts them.
std::vector<ParameterEntry> unused_parameter_table(const ModelConfig& config);

std::int64_t parameter_count(const ModelConfig& config);
std::int64_t unused_parameter_count(const ModelConfig& config);

/// Multiply-adds of one step (one predicted frame) of the readable network, convolutions only.
std::int64_t step_multiply_adds(const ModelConfig& config);

}  // namespace stip
