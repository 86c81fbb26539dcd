#pragma once

#include <torch/torch.h>

#include "model/config.h"

namespace stip {

/// Judges single patched frames. Its last feature map is what the LP loss compares (eq. 8).
class DiscriminatorImpl : public torch::nn::Module {
 public:
  /// For patched frames [N, fc, grid_height, grid_width].
  DiscriminatorImpl(const DiscriminatorConfig& config, int64_t frame_channels, int64_t grid_height,
                    int64_t grid_width);

  struct Judgement {
    torch::Tensor features;     ///< [N, F]: the last map, flattened
    torch::Tensor probability;  ///< [N, 1]: of being a true frame
  };
  Judgement forward(const torch::Tensor& frames);

  /// The convolution levels for a grid of this height: max(1, floor(log2(height))).
  static int64_t level_count(int64_t grid_height);

 private:
  DiscriminatorConfig config_;
  torch::nn::ModuleList convolutions;
  torch::nn::ModuleList norms;
  torch::nn::Linear linear{nullptr};
};
TORCH_MODULE(Discriminator);

}  // namespace stip
