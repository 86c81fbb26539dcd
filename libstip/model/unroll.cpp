#include "model/unroll.h"

#include "model/clip_steps.h"

namespace stip {

torch::Tensor unroll(Generator& generator, const torch::Tensor& frames, int64_t context,
                     const torch::Tensor& truth_mask, int64_t first,
                     const torch::Tensor& context_mask) {
  const ClipSteps steps(frames, context, truth_mask, first, context_mask);
  ClipSteps::Carried carried;
  std::vector<torch::Tensor> predictions;
  for (int64_t t = 0; t < steps.count(); ++t) {
    steps.run(generator, t, carried);
    if (t >= first) predictions.push_back(carried.newest);
  }
  return torch::stack(predictions, 1);
}

}  // namespace stip
