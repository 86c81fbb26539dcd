#pragma once

#include <torch/torch.h>

#include "model/config.h"
#include "ops/fused_cell.h"
#include "ops/stgru_update.h"

namespace stip {

/// The gates that one of the two memories contributes: a convolution, then a norm over all its
/// values.
class GatesImpl : public torch::nn::Module {
 public:
  explicit GatesImpl(const ModelConfig& config);
  torch::Tensor forward(const torch::Tensor& memory);  // [B, h, core] -> [B, 4h, core]
  GatesBeforeNorm before_norm(const torch::Tensor& memory);

 private:
  Norm kind_;
  torch::nn::Conv2d conv{nullptr};
  torch::Tensor weight;  // [4h, core] or, norm: channel, [4h]
  torch::Tensor bias;
};
TORCH_MODULE(Gates);

/// One layer of the STGRU stack (eq. 5-7). There is no hidden state: T is kept over time, S is
/// handed from layer to layer.
class StgruCellImpl : public torch::nn::Module {
 public:
  explicit StgruCellImpl(const ModelConfig& config);

  /// In training the fused twin, which does not tell the gates R and Z: they are undefined.
  StgruUpdate forward(const torch::Tensor& temporal, const torch::Tensor& spatial);

 private:
  Gates temporal_gates{nullptr};
  Gates spatial_gates{nullptr};
};
TORCH_MODULE(StgruCell);

}  // namespace stip
