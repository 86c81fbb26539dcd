#pragma once

#include <torch/torch.h>

namespace stip {

/// torch::optim::Adam, the same numbers up to rounding and the same state, whose step is one
/// operator over all parameters: several passes over memory less on a CPU, and on a GPU a few
/// kernels in place of a dozen for each parameter. All parameters of a group are on one device;
/// amsgrad is not offered.
class FusedAdam : public torch::optim::Adam {
 public:
  using Adam::Adam;

  torch::Tensor step(LossClosure closure = nullptr) override;

  /// A parameter's state; that of one which was never stepped is made, with zeros.
  torch::optim::AdamParamState& state_of(const torch::Tensor& parameter);

  bool has_state_of(const torch::Tensor& parameter) const {
    return state().count(parameter.unsafeGetTensorImpl()) != 0;
  }
};

}  // namespace stip
