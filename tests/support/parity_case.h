#pragma once

#include <torch/torch.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "io/release_checkpoint.h"
#include "io/tensors.h"

namespace stip::test {

/// One case of tests/data/parity; tensors have a batch dimension in front.
struct ParityCase {
  ModelConfig config;
  DiscriminatorConfig discriminator;
  int64_t total = 0;
  nlohmann::json training;
  std::map<std::string, torch::Tensor> tensors;
  std::string folder;
  std::string name;

  std::string generator_path() const { return folder + "/" + name + "_model_pm.ckpt"; }
  std::string discriminator_path() const { return folder + "/" + name + "_model_d.ckpt"; }
  Generator generator() const {
    return generator_from_release(read_release_checkpoint(generator_path()), config);
  }
  Discriminator make_discriminator() const {
    return discriminator_from_release(read_release_checkpoint(discriminator_path()), config,
                                      discriminator);
  }
};

inline ParityCase load_parity_case(const std::string& name, const std::string& folder) {
  ParityCase result;
  result.folder = folder;
  result.name = name;
  const auto json = nlohmann::json::parse(std::ifstream(folder + "/" + name + ".json"));
  const auto& c = json.at("config");
  result.config.height = c.at("height");
  result.config.width = c.at("width");
  result.config.patch = c.at("patch");
  for (int scale = c.at("sr"); scale > 1; scale /= 2) ++result.config.levels;
  result.config.levels -= ModelConfig().levels;
  result.config.layers = c.at("layers");
  result.config.hidden = c.at("hidden");
  result.config.recall = c.at("alpha");
  result.config.kernel = c.at("hidden_kernel");
  result.config.context = c.at("inp");
  result.discriminator.hidden = c.at("discriminator_hidden");
  result.total = c.at("total");
  result.training = json.at("training");
  SafetensorsReader file(folder + "/" + name + ".safetensors");
  const bool batched = c.at("batch").get<int>() > 1;
  for (const auto& [key, entry] : file.tensors()) {
    auto tensor = read_tensor(file, key);
    if (!batched && key != "d_probability") tensor = tensor.unsqueeze(0);
    if (!batched && key == "features_t_s_r_z") tensor = tensor.transpose(0, 1);  // [4, B, T-1, ...]
    result.tensors[key] = tensor;
  }
  if (batched) {
    auto& features = result.tensors["features_t_s_r_z"];
    if (features.size(0) != 4) features = features.transpose(0, 1);
  }
  return result;
}

/// Largest difference over the largest expected value.
inline double relative_error(const torch::Tensor& found, const torch::Tensor& expected) {
  return (found - expected).abs().max().item<double>() / expected.abs().max().item<double>();
}

}  // namespace stip::test
