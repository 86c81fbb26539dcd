#pragma once

#include <torch/torch.h>

#include "model/generator.h"

namespace stip {

/// Runs the network over a clip as in training (model.md, "Unrolling").
///
/// frames: [B, T, fc, H, W], patched, T >= 2. The input of step t (0..T-2) is frame t while
/// t < context, afterwards m*frame + (1-m)*prediction with m = truth_mask[b][t - context].
/// truth_mask: [B, T-1-context] of 0 and 1, or undefined for "never the truth" (testing).
/// context_mask: [B, context-1] of 0 and 1 for steps 1..context-1 in the same way (reverse
/// scheduled sampling), or undefined for the truth. Returns the predictions of frames first+1..T-1:
/// [B, T-1-first, fc, H, W], not clamped. The paper has first = 0; steps before `first` (at most
/// context-1) are not decoded unless they are fed back.
torch::Tensor unroll(Generator& generator, const torch::Tensor& frames, int64_t context,
                     const torch::Tensor& truth_mask = {}, int64_t first = 0,
                     const torch::Tensor& context_mask = {});

/// The same numbers and gradients in less memory and more time: of each step only what it hands on
/// is kept, and the backward pass runs every step once more. Gradients go to the generator's
/// weights only, and by one backward pass (whatever gradients they have already is added to).
torch::Tensor unroll_recomputed(Generator& generator, const torch::Tensor& frames, int64_t context,
                                const torch::Tensor& truth_mask = {}, int64_t first = 0,
                                const torch::Tensor& context_mask = {});

}  // namespace stip
