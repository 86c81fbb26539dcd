#pragma once

#include <torch/torch.h>

namespace stip {

/// What one STGRU cell computes from its normalised gates (eq. 5-7 of the paper).
struct StgruUpdate {
  torch::Tensor temporal;     ///< [B, h, H, W]  T after the cell
  torch::Tensor spatial;      ///< [B, h, H, W]  S after the cell
  torch::Tensor trend_gate;   ///< [B, h, H, W]  R
  torch::Tensor update_gate;  ///< [B, h, H, W]  Z
};

/// temporal_gates and spatial_gates: [B, 4h, H, W], parts z, r, t, s in this order.
StgruUpdate stgru_update(const torch::Tensor& temporal_gates, const torch::Tensor& spatial_gates,
                         const torch::Tensor& temporal, const torch::Tensor& spatial);

}  // namespace stip
