#include <torch/torch.h>

#include "base/autocast.h"
#include "model/clip_steps.h"
#include "model/unroll.h"

namespace stip {
namespace {

using Carried = ClipSteps::Carried;

// Visits the tensors that go from step to step, always in one order.
template <typename Visit>
void for_each_tensor(Carried& carried, Visit&& visit) {
  for (auto& tensor : carried.state.temporal) visit(tensor);
  for (auto& tensor : carried.state.inputs) visit(tensor);
  visit(carried.newest);
}

/// The gradient of a whole unrolling as one node of torch's graph. Steps are run again from the
/// last to the first, each from what it was handed, with gradients; what comes out for what it was
/// handed is what the step before gets. Weights' gradients are added where they are, as torch's own
/// backward pass does.
class RecomputedSteps : public torch::autograd::Node {
 public:
  RecomputedSteps(Generator generator, const ClipSteps& steps)
      : generator_(std::move(generator)),
        steps_(steps),
        device_(steps.frames().device().type()),
        autocast_(AutocastScope::is_on(device_)) {}

  torch::Tensor run_forward() {
    Carried carried;
    torch::Tensor predictions;  // [B, T-1-first, fc, H, W]
    for (int64_t t = 0; t < steps_.count(); ++t) {
      before_.push_back(carried);
      // With gradients, though they are thrown away: without, torch takes other kernels, and the
      // backward pass would run through numbers that differ in their last bits.
      steps_.run(generator_, t, carried);
      for_each_tensor(carried, [](torch::Tensor& tensor) {
        if (tensor.defined()) tensor = tensor.detach();
      });
      if (t < steps_.first()) continue;
      if (!predictions.defined()) predictions = room_for_predictions(carried.newest);
      // The prediction and what is handed on are one memory.
      const auto place = predictions.select(1, t - steps_.first());
      carried.newest = place.copy_(carried.newest);
    }
    return predictions;
  }

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    const torch::AutoGradMode with_gradients(true);
    // Of the loss for what step t hands on; empty after the last step.
    std::vector<torch::Tensor> of_carried;
    for (int64_t t = steps_.count() - 1; t >= 0; --t) {
      Carried given = leaves_of(before_.at(static_cast<size_t>(t)));
      Carried handed_on = given;
      {
        // A backward pass may have a thread of its own, and its own operators are never mixed.
        const AutocastScope as_before(device_, autocast_);
        steps_.run(generator_, t, handed_on);
      }
      torch::autograd::variable_list outputs, their_gradients;
      const auto add = [&](const torch::Tensor& output, const torch::Tensor& gradient) {
        if (!gradient.defined() || !output.defined() || !output.requires_grad()) return;
        outputs.push_back(output);
        their_gradients.push_back(gradient);
      };
      if (t >= steps_.first()) {
        add(handed_on.newest, gradients.front().select(1, t - steps_.first()));
      }
      size_t i = 0;
      for_each_tensor(handed_on, [&](const torch::Tensor& output) {
        if (i < of_carried.size()) add(output, of_carried[i++]);
      });
      torch::autograd::backward(outputs, their_gradients);
      of_carried.clear();
      for_each_tensor(given, [&](const torch::Tensor& leaf) {
        of_carried.push_back(leaf.defined() ? leaf.grad() : torch::Tensor());
      });
      before_.pop_back();
    }
    return {};
  }

 private:
  torch::Tensor room_for_predictions(const torch::Tensor& frame) const {
    auto sizes = frame.sizes().vec();  // [B, fc, H, W]
    sizes.insert(sizes.begin() + 1, steps_.count() - steps_.first());
    return torch::empty(sizes, frame.options());
  }

  // The same values as the beginning of a graph of its own. True frames need no gradient: they are
  // pictures of the clip, and all else that steps hand on came out of the network.
  Carried leaves_of(Carried carried) const {
    for_each_tensor(carried, [&](torch::Tensor& tensor) {
      if (!tensor.defined() || tensor.is_alias_of(steps_.frames())) return;
      tensor = tensor.detach().requires_grad_();
    });
    return carried;
  }

  Generator generator_;
  ClipSteps steps_;
  torch::DeviceType device_;
  bool autocast_;
  std::vector<Carried> before_;  // what each step was handed
};

}  // namespace

torch::Tensor unroll_recomputed(Generator& generator, const torch::Tensor& frames, int64_t context,
                                const torch::Tensor& truth_mask, int64_t first,
                                const torch::Tensor& context_mask) {
  const auto node = std::make_shared<RecomputedSteps>(
      generator, ClipSteps(frames, context, truth_mask, first, context_mask));
  auto predictions = node->run_forward();
  torch::autograd::create_gradient_edge(predictions, node);
  return predictions;
}

}  // namespace stip
