#pragma once

#include <torch/torch.h>

#include <deque>
#include <functional>

#include "model/generator.h"

namespace stip {

/// One stream's place in the network: takes frames in, rolls predictions out. The two ways of using
/// the memory (model.md, "Running it forward") differ here and nowhere else. Tensors are patched,
/// [1, fc, H/p, W/p]. One thread at a time; run inside c10::InferenceMode or torch::NoGradGuard.
class StreamRollout {
 public:
  StreamRollout(Generator generator, StateMode state, int context);

  void push(const torch::Tensor& frame);
  /// The prediction of the next frame takes its place. ready() must hold.
  void push_missing();
  bool ready() const { return pushed_ >= context_; }
  void reset();

  /// Calls `take(k, prediction)` for horizons k = 1..horizon. The stream's own state stays as it
  /// was.
  void predict(int horizon, const std::function<void(int, const torch::Tensor&)>& take);

 private:
  GeneratorImpl::Encoded run_window(GeneratorState* state);

  Generator generator_;
  StateMode mode_;
  int context_;
  int pushed_ = 0;
  std::deque<torch::Tensor> window_;  // kWindow: the newest frames, at most context_
  GeneratorState state_;              // kRecurrent: after the newest frame
  GeneratorImpl::Encoded newest_;     // kRecurrent: the newest frame's step, not yet decoded
};

}  // namespace stip
