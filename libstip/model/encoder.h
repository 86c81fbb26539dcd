#pragma once

#include <torch/torch.h>

#include <vector>

#include "model/config.h"

namespace stip {

/// One branch of STED (eq. 1): the newest `clip` patched frames to features of ever coarser levels.
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const ModelConfig& config);

  /// clip: [B, clip*fc, H, W], oldest frame first. Returns `levels` tensors, finest first:
  /// [B, h, H/2, W/2], ..., [B, h, core]. The decoder recalls all but the last; the last is the
  /// feature.
  std::vector<torch::Tensor> forward(const torch::Tensor& clip);

  /// Starting weights (see GeneratorImpl::start_still): the first layer's weights of a frame are
  /// the negated ones of the frame after it, so that only what moves excites it; no biases.
  void start_with_differences();

 private:
  torch::nn::Conv3d input{nullptr};
  torch::nn::ModuleList levels;
};
TORCH_MODULE(Encoder);

}  // namespace stip
