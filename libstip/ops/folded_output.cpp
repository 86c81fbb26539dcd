#include "ops/folded_output.h"

#include "base/autocast.h"

namespace stip {
namespace {

struct Folded {
  torch::Tensor weight;  // [h, fc, 3, 3]
  torch::Tensor bias;    // [fc]
};

Folded fold(const OutputBranch& branch, const torch::Tensor& join) {
  const auto output = branch.weight.flatten(1);       // [fc, h]
  const auto both = join.matmul(output);              // [fc, h]
  const auto level = branch.level_weight.flatten(2);  // [h, h, 9]
  return {both.matmul(level).unflatten(2, {3, 3}),
          join.mv(torch::addmv(branch.bias, output, branch.level_bias))};
}

}  // namespace

torch::Tensor folded_output(const OutputBranch& first, const OutputBranch& second,
                            const torch::Tensor& join_weight, const torch::Tensor& join_bias) {
  const auto join = join_weight.flatten(1).chunk(2, 1);  // [fc, fc] each
  const auto [a, b] = [&] {
    // Weights are folded in their own precision and rounded once, where that is mixed.
    const AutocastScope full(join_weight.device().type(), false);
    return std::pair(fold(first, join[0]), fold(second, join[1]));
  }();
  return torch::conv_transpose2d(torch::cat({first.input, second.input}, 1),
                                 torch::cat({a.weight, b.weight}), join_bias + a.bias + b.bias,
                                 /*stride=*/2, /*padding=*/1, /*output_padding=*/1);
}

}  // namespace stip
