#pragma once

#include "model/config.h"

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

}  // namespace stip::test
