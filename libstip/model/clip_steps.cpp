#include "model/clip_steps.h"

namespace stip {

ClipSteps::ClipSteps(const torch::Tensor& frames, int64_t context, const torch::Tensor& truth_mask,
                     int64_t first, const torch::Tensor& context_mask)
    : frames_(frames),
      context_(context),
      truth_mask_(truth_mask),
      first_(first),
      context_mask_(context_mask) {
  if (count() < 1 || context < 1 || context > count()) {
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
}

// m of step t, [B, 1, 1, 1]; undefined for the truth.
torch::Tensor ClipSteps::mask_of(int64_t t) const {
  if (t >= context_) return truth_mask_.select(1, t - context_).view({-1, 1, 1, 1});
  if (t == 0 || !context_mask_.defined()) return {};
  return context_mask_.select(1, t - 1).view({-1, 1, 1, 1});
}

void ClipSteps::run(Generator& generator, int64_t t, Carried& carried) const {
  auto input = frames_.select(1, t);
  if (t >= context_ && !truth_mask_.defined()) {
    input = carried.newest;
  } else if (const auto m = mask_of(t); m.defined()) {
    input = m * input + (1 - m) * carried.newest;
  }
  const auto step = generator->advance(input, carried.state);
  if (t >= first_ || context_mask_.defined()) carried.newest = generator->decode(step);
}

}  // namespace stip
