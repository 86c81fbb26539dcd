#include "model/unroll.h"

namespace stip {
namespace {

// m of step t, [B, 1, 1, 1]; undefined for the truth.
torch::Tensor mask_of_step(int64_t t, int64_t context, const torch::Tensor& truth_mask,
                           const torch::Tensor& context_mask) {
  if (t >= context) return truth_mask.select(1, t - context).view({-1, 1, 1, 1});
  if (t == 0 || !context_mask.defined()) return {};
  return context_mask.select(1, t - 1).view({-1, 1, 1, 1});
}

}  // namespace

torch::Tensor unroll(Generator& generator, const torch::Tensor& frames, int64_t context,
                     const torch::Tensor& truth_mask, int64_t first,
                     const torch::Tensor& context_mask) {
  const int64_t steps = frames.size(1) - 1;
  if (steps < 1 || context < 1 || context > steps) {
    throw Error(ErrorCode::kInvalidArgument,
                "a clip of " + std::to_string(frames.size(1)) +
                    " frames cannot be unrolled with context " + std::to_string(context) +
                    "; give at least 2 frames and a context below their number");
  }
  if (first < 0 || first >= context) {
    throw Error(ErrorCode::kInvalidArgument, "the first step to be decoded is " +
                                                 std::to_string(first) + "; accepted: 0 to " +
                                                 std::to_string(context - 1));
  }
  GeneratorState state;
  torch::Tensor newest;
  std::vector<torch::Tensor> predictions;
  for (int64_t t = 0; t < steps; ++t) {
    auto input = frames.select(1, t);
    if (t >= context && !truth_mask.defined()) {
      input = newest;
    } else if (const auto m = mask_of_step(t, context, truth_mask, context_mask); m.defined()) {
      input = m * input + (1 - m) * newest;
    }
    const auto step = generator->advance(input, state);
    if (t < first && !context_mask.defined()) continue;
    newest = generator->decode(step);
    if (t >= first) predictions.push_back(newest);
  }
  return torch::stack(predictions, 1);
}

}  // namespace stip
