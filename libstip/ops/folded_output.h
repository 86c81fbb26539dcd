#pragma once

#include <torch/torch.h>

namespace stip {

/// The linear end of one decoder: its last level, a 3x3 transposed convolution of stride 2, and the
/// 1x1 convolution after it.
struct OutputBranch {
  torch::Tensor input;         ///< [B, h, H, W]
  torch::Tensor level_weight;  ///< [h, h, 3, 3]
  torch::Tensor level_bias;    ///< [h]
  torch::Tensor weight;        ///< [fc, h, 1, 1]
  torch::Tensor bias;          ///< [fc]
};

/// Both branches and the 1x1 convolution that joins them (weight [fc, 2*fc, 1, 1]) as one
/// transposed convolution 2h -> fc: nothing between them has an activation. Equals running them one
/// after the other up to rounding, gradients too, at a quarter of the time and without their maps
/// of h channels at full resolution. Returns [B, fc, 2H, 2W].
torch::Tensor folded_output(const OutputBranch& first, const OutputBranch& second,
                            const torch::Tensor& join_weight, const torch::Tensor& join_bias);

}  // namespace stip
