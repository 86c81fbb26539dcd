#include "train/fused_adam.h"

namespace stip {
namespace {

// The operator walks through memory, whatever the strides say: all of a parameter's tensors must
// lie in one order. Backward passes see to that; this is for gradients that come otherwise.
torch::Tensor laid_out_as(const torch::Tensor& parameter, const torch::Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  return torch::empty_like(parameter).copy_(gradient);
}

}  // namespace

torch::optim::AdamParamState& FusedAdam::state_of(const torch::Tensor& parameter) {
  auto& found = state()[parameter.unsafeGetTensorImpl()];
  if (found == nullptr) {
    auto fresh = std::make_unique<torch::optim::AdamParamState>();
    fresh->step(0);
    fresh->exp_avg(torch::zeros_like(parameter));
    fresh->exp_avg_sq(torch::zeros_like(parameter));
    found = std::move(fresh);
  }
  return static_cast<torch::optim::AdamParamState&>(*found);
}

torch::Tensor FusedAdam::step(LossClosure closure) {
  const torch::Tensor loss = closure ? closure() : torch::Tensor();
  const torch::NoGradGuard no_grad;
  for (auto& group : param_groups()) {
    const auto& options = static_cast<const torch::optim::AdamOptions&>(group.options());
    std::vector<torch::Tensor> parameters, gradients, means, squares;
    std::vector<float> steps;
    for (const torch::Tensor& parameter : group.params()) {
      if (!parameter.grad().defined()) continue;
      auto& state = state_of(parameter);
      state.step(state.step() + 1);
      parameters.push_back(parameter);
      gradients.push_back(laid_out_as(parameter, parameter.grad()));
      means.push_back(state.exp_avg());
      squares.push_back(state.exp_avg_sq());
      steps.push_back(static_cast<float>(state.step()));
    }
    if (parameters.empty()) continue;
    // The operator reads each parameter's count on its device: one copy for all.
    const auto counts = torch::tensor(steps).to(parameters.front().device()).unbind();
    at::_fused_adam_(parameters, gradients, means, squares, /*max_exp_avg_sqs=*/{}, counts,
                     options.lr(), std::get<0>(options.betas()), std::get<1>(options.betas()),
                     options.weight_decay(), options.eps(), /*amsgrad=*/false, /*maximize=*/false);
  }
  return loss;
}

}  // namespace stip
