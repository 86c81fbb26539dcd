#pragma once

#include <torch/torch.h>

namespace stip {

/// The gates that one memory (T or S) contributes to a cell, as its convolution gives them, and
/// their norm: over all values of a sample, with weights of each place or of each channel.
struct GatesBeforeNorm {
  torch::Tensor values;  ///< [B, 4h, H, W], parts z, r, t, s; of any floating type
  torch::Tensor weight;  ///< [4h, H, W] or [4h]
  torch::Tensor bias;
};

struct CellMemories {
  torch::Tensor temporal;  ///< [B, h, H, W]
  torch::Tensor spatial;
};

/// Whether fused_cell() runs there: on a CPU, and on a GPU if this build has its kernels.
bool can_fuse_cell(const torch::Device& device);

/// The norms of both sides and stgru_update() as one node of torch's graph: training's fast twin of
/// the readable form. Equal to it up to rounding, gradients too. It keeps the gates as they came
/// and both memories, and computes all else anew in the backward pass. It computes in the weights'
/// type, float32 or float64; gates and memories of another are converted.
CellMemories fused_cell(const GatesBeforeNorm& temporal_gates, const GatesBeforeNorm& spatial_gates,
                        const torch::Tensor& temporal, const torch::Tensor& spatial);

}  // namespace stip
