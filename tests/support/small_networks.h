#pragma once

#include <torch/torch.h>

#include "io/model_weights.h"

namespace stip::test {

/// A network small enough for tests: multiple of 8, one or two layers.
inline ModelConfig small_config() {
  ModelConfig config;
  config.height = 32;
  config.width = 48;
  config.patch = 2;
  config.levels = 2;
  config.layers = 2;
  config.hidden = 8;
  config.kernel = 3;
  config.context = 3;
  return config;
}

inline ModelConfig small_channel_config() {
  ModelConfig config = small_config();
  config.norm = Norm::kChannel;
  config.output = Output::kResidual;
  return config;
}

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
