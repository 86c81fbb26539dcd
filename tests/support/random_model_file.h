#pragma once

#include <string>
#include <vector>

#include "io/model_file.h"
#include "model/parameter_table.h"
#include "predict/engine/named_weights.h"

namespace stip::test {

/// Writes these weights as a model file, without torch.
inline void write_model(const std::string& path, const ModelConfig& config,
                        const engine::NamedWeights& weights) {
  std::vector<std::vector<float>> values;
  std::vector<TensorToWrite> tensors;
  const auto table = parameter_table(config);
  values.reserve(table.size());
  for (const ParameterEntry& entry : table) {
    values.push_back(weights(entry.name));
    tensors.push_back({kGeneratorPrefix + entry.name, "F32", entry.shape, values.back().data()});
  }
  write_safetensors(path, tensors, model_metadata({config, "", ""}));
}

}  // namespace stip::test
