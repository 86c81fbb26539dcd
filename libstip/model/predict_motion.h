#pragma once

#include <torch/torch.h>

#include "model/generator.h"

namespace stip {

/// Predictions of a network of `output: motion`. For every future frame by itself it sees what is
/// known of it (MotionStream::features()), from an empty memory, and answers how to mix it: nothing
/// is fed back, so that errors do not grow by being repeated, and no horizon needs another.
///
/// frames: [B, T, fc, H, W], patched true frames, 0..1, whole 8-bit levels. horizons: [B, N],
/// 64-bit integers from 1, on the CPU; undefined: 1..T-context. Returns their predictions, [B, N,
/// fc, H, W], not clamped. Gradients go to the network's weights.
torch::Tensor predict_motion(Generator& generator, const torch::Tensor& frames, int64_t context,
                             const torch::Tensor& horizons = {});

}  // namespace stip
