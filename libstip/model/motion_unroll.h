#pragma once

#include <torch/torch.h>

#include "model/generator.h"

namespace stip {

/// unroll() for output: motion. Time is the horizon here: the network's step k sees what is known
/// of the future k frames after the context (MotionStream::features()) and answers how to mix it;
/// its memory goes from one horizon to the next. Nothing is fed back, so that errors do not grow by
/// being repeated.
///
/// frames: [B, T, fc, H, W], patched true frames, 0..1, whole 8-bit levels. Returns the predictions
/// of frames context..T-1, [B, T-context, fc, H, W], not clamped. Gradients go to the network's
/// weights.
torch::Tensor unroll_motion(Generator& generator, const torch::Tensor& frames, int64_t context);

}  // namespace stip
