#include "predict/stream_rollout.h"

namespace stip {

StreamRollout::StreamRollout(Generator generator, StateMode state, int context)
    : generator_(std::move(generator)), mode_(state), context_(context) {}

void StreamRollout::push(const torch::Tensor& frame) {
  if (pushed_ < context_) ++pushed_;
  if (mode_ == StateMode::kRecurrent) {
    newest_ = generator_->advance(frame, state_);
    return;
  }
  window_.push_back(frame);
  if (window_.size() > static_cast<size_t>(context_)) window_.pop_front();
}

void StreamRollout::push_missing() {
  torch::Tensor next;
  predict(1, [&](int, const torch::Tensor& prediction) { next = prediction; });
  push(next);
}

void StreamRollout::reset() {
  pushed_ = 0;
  window_.clear();
  state_ = {};
  newest_ = {};
}

// Only the last frame's step is decoded: nobody reads what the others would predict.
GeneratorImpl::Encoded StreamRollout::run_window(GeneratorState* state) {
  GeneratorImpl::Encoded step;
  for (const auto& frame : window_) step = generator_->advance(frame, *state);
  return step;
}

void StreamRollout::predict(int horizon,
                            const std::function<void(int, const torch::Tensor&)>& take) {
  GeneratorState state = mode_ == StateMode::kRecurrent ? state_ : GeneratorState{};
  auto step = mode_ == StateMode::kRecurrent ? newest_ : run_window(&state);
  for (int k = 1;; ++k) {
    const auto prediction = generator_->decode(step);
    take(k, prediction);
    if (k == horizon) return;
    step = generator_->advance(prediction, state);
  }
}

}  // namespace stip
