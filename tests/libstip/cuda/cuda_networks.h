#pragma once

#include <functional>

#include "support/random_network.h"
#include "support/small_configs.h"

namespace stip::test {

/// As random_weights(), with norms that do something: weights around 1, biases around 0.
inline engine::NamedWeights random_weights_and_norms(const ModelConfig& config) {
  return [config, plain = random_weights(config)](const std::string& name) {
    std::vector<float> values = plain(name);
    if (name.rfind("cell", 0) != 0 || name.find(".1.") == std::string::npos) return values;
    std::mt19937 generator(static_cast<unsigned>(std::hash<std::string>()(name)));
    std::uniform_real_distribution<float> uniform(-0.3f, 0.3f);
    for (float& value : values) value += uniform(generator);
    return values;
  };
}

/// As small_channel_config(), with larger kernels and a third layer.
inline ModelConfig any_size_config() {
  ModelConfig config = small_channel_config();
  config.kernel = 5;
  config.layers = 3;
  return config;
}

inline ModelConfig with(ModelConfig config, const std::function<void(ModelConfig&)>& change) {
  change(config);
  config.height = config.multiple() * 2;  // says nothing where the norm is by channel
  config.width = config.multiple() * 3;
  return config;
}

}  // namespace stip::test
