#pragma once

#include <torch/torch.h>

#include <vector>

#include "model/config.h"
#include "ops/folded_output.h"

namespace stip {

/// One branch of MGIR (eq. 3-4): from the core back to patched frames, recalling the encoder's
/// features of the same size on the way.
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const ModelConfig& config);

  /// core: [B, h, core]; recalled: what the encoder returned. Returns [B, fc, H, W].
  torch::Tensor forward(const torch::Tensor& core, const std::vector<torch::Tensor>& recalled);

  /// The same up to the last level, and what is left of it, for folded_output().
  OutputBranch before_output(const torch::Tensor& core, const std::vector<torch::Tensor>& recalled);

  /// Starting weights: see GeneratorImpl::start_still.
  void start_without_biases();

 private:
  torch::Tensor before_last(const torch::Tensor& core, const std::vector<torch::Tensor>& recalled);

  double recall_;
  torch::nn::ModuleList levels;
  torch::nn::Conv2d output{nullptr};
};
TORCH_MODULE(Decoder);

}  // namespace stip
