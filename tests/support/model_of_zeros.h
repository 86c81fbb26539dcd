#pragma once

#include <string>
#include <vector>

#include "io/model_file.h"
#include "model/parameter_table.h"

namespace stip::test {

/// Writes these tensors, all zeros, with this metadata: a model file made without torch.
inline void write_zeros(const std::string& path, const std::vector<ParameterEntry>& table,
                        const std::map<std::string, std::string>& metadata,
                        const char* type = "F32") {
  const std::vector<float> zeros(10000);
  std::vector<TensorToWrite> tensors;
  for (const auto& entry : table) {
    tensors.push_back({kGeneratorPrefix + entry.name, type, entry.shape, zeros.data()});
  }
  write_safetensors(path, tensors, metadata);
}

inline ModelConfig zeros_config() {
  ModelConfig config;
  config.height = config.width = 16;
  config.levels = 2;
  config.layers = 1;
  config.hidden = 4;
  config.kernel = 3;
  return config;
}

}  // namespace stip::test
