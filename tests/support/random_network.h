#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "model/parameter_table.h"
#include "predict/engine/named_weights.h"

namespace stip::test {

// Uniform weights that keep the size of activations; norms that do nothing.
inline engine::NamedWeights random_weights(const ModelConfig& config) {
  return [config](const std::string& name) {
    std::mt19937 generator(static_cast<unsigned>(std::hash<std::string>()(name)));
    std::vector<float> values;
    for (const ParameterEntry& entry : parameter_table(config)) {
      if (entry.name != name) continue;
      const bool bias = name.find("bias") != std::string::npos;
      const bool norm = name.rfind("cell", 0) == 0 && name.find(".1.") != std::string::npos;
      double inputs = 1;
      for (std::size_t i = 1; i < entry.shape.size(); ++i) inputs *= double(entry.shape[i]);
      const float reach = bias ? 0.02f : float(1.7 / std::sqrt(inputs));
      std::uniform_real_distribution<float> uniform(-reach, reach);
      values.resize(entry.count());
      for (float& value : values) value = norm ? (bias ? 0.0f : 1.0f) : uniform(generator);
    }
    return values;
  };
}

// Waves that move, with some noise.
inline std::vector<std::uint8_t> scene(int width, int height, int t) {
  std::mt19937 generator(static_cast<unsigned>(t));
  std::vector<std::uint8_t> picture;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double wave =
            60 * std::sin(0.03 * x + 0.2 * t + c) + 50 * std::cos(0.05 * y - 0.1 * t);
        picture.push_back(static_cast<std::uint8_t>(120 + wave + generator() % 16));
      }
    }
  }
  return picture;
}

}  // namespace stip::test
