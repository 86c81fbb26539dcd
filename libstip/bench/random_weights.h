#pragma once

#include <cstdint>

#include "model/config.h"
#include "predict/engine/named_weights.h"

namespace stip {

/// Weights of an untrained network, spread as PyTorch spreads them (uniform within one over the
/// root of an output's inputs; norms 1 and 0): how long a step takes does not depend on them. A
/// function of (seed, parameter's name) alone.
engine::NamedWeights random_weights(const ModelConfig& config, std::uint64_t seed);

}  // namespace stip
