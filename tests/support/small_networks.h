#pragma once

#include <torch/torch.h>

#include "io/model_weights.h"
#include "support/small_configs.h"

namespace stip::test {

inline Generator random_generator(const ModelConfig& config, std::uint64_t seed = 1) {
  torch::manual_seed(seed);
  Generator generator(config);
  generator->eval();
  return generator;
}

inline void save_random_model(const std::string& path, const ModelConfig& config,
                              std::uint64_t seed = 1) {
  Generator generator = random_generator(config, seed);
  save_model_file(path, generator, {config, "", ""});
}

}  // namespace stip::test
