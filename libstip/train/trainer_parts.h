#pragma once

#include <torch/torch.h>

#include <optional>

#include "train/torch_memory.h"
#include "train/train_step.h"
#include "train/trainer.h"
#include "train/weight_average.h"

namespace stip {

/// What a Trainer holds.
struct Trainer::Parts {
  TrainerOptions options;
  torch::Device device = torch::kCPU;
  Generator generator{nullptr};
  Discriminator discriminator{nullptr};
  std::unique_ptr<TrainStep> step;
  std::optional<WeightAverage> average;
  std::unique_ptr<TorchMemory> page_locked;  ///< null on the CPU
  std::int64_t iteration = 0;

  explicit Parts(const TrainerOptions& given);
  Generator& result() { return average ? average->network() : generator; }
  /// [count, T, fc, H/p, W/p] of the samples from `first` on.
  torch::Tensor frames_of(const PictureBatch& pictures, size_t first, size_t count) const;
  torch::Tensor draw_truth_mask(int64_t batch, int64_t total) const;
  torch::Tensor draw_context_mask(int64_t batch) const;  ///< undefined when it is switched off
  /// [batch, N], each sample's different; undefined for all.
  torch::Tensor draw_horizons(int64_t batch, int64_t total) const;
  StepLosses run_step(const PictureBatch& pictures);
  Report run(const PictureBatch& pictures);
  void start_from(const std::string& model_file);
  void save_checkpoint(const std::string& path, const std::map<std::string, std::string>& facts);
  std::map<std::string, std::string> load_checkpoint(const std::string& path);
};

}  // namespace stip
