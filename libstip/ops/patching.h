#pragma once

#include <torch/torch.h>

namespace stip {

/// Pictures to patched frames: [..., H, W, C] -> [..., p*p*C, H/p, W/p], any type. A p x p block of
/// pixels becomes channels in the order (row in block, column in block, colour): channel =
/// (dy*p + dx)*C + c. This is not PixelUnshuffle's order, which has the colour first.
torch::Tensor to_patches(const torch::Tensor& pictures, int patch);

/// The inverse: [..., p*p*C, H/p, W/p] -> [..., H, W, C], contiguous.
torch::Tensor from_patches(const torch::Tensor& patched, int patch);

}  // namespace stip
