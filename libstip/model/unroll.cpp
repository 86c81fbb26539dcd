#include "model/unroll.h"

namespace stip {

torch::Tensor unroll(Generator& generator, const torch::Tensor& frames, int64_t context,
                     const torch::Tensor& truth_mask, int64_t first) {
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
  std::vector<torch::Tensor> predictions;
  for (int64_t t = 0; t < steps; ++t) {
    auto input = frames.select(1, t);
    if (t >= context) {
      const auto fed_back = predictions.back();
      if (truth_mask.defined()) {
        const auto m = truth_mask.select(1, t - context).view({-1, 1, 1, 1});
        input = m * input + (1 - m) * fed_back;
      } else {
        input = fed_back;
      }
    }
    const auto step = generator->advance(input, state);
    if (t >= first) predictions.push_back(generator->decode(step));
  }
  return torch::stack(predictions, 1);
}

}  // namespace stip
