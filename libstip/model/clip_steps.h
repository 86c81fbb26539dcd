#pragma once

#include <torch/torch.h>

#include "model/generator.h"

namespace stip {

/// The steps that unroll() runs over a clip, one at a time: which input each is fed, and which are
/// decoded. Arguments are unroll()'s.
class ClipSteps {
 public:
  /// Throws kInvalidArgument when the context or `first` do not fit the clip.
  ClipSteps(const torch::Tensor& frames, int64_t context, const torch::Tensor& truth_mask,
            int64_t first, const torch::Tensor& context_mask);

  /// What a step hands to the next one.
  struct Carried {
    GeneratorState state;
    torch::Tensor newest;  ///< the newest prediction; undefined before the first
  };

  /// Runs step t (0..count()-1). Afterwards `newest` is the prediction of frame t + 1, if this step
  /// is decoded: every one from first() on is.
  void run(Generator& generator, int64_t t, Carried& carried) const;

  int64_t count() const { return frames_.size(1) - 1; }
  int64_t first() const { return first_; }
  const torch::Tensor& frames() const { return frames_; }

 private:
  torch::Tensor mask_of(int64_t t) const;

  torch::Tensor frames_;
  int64_t context_;
  torch::Tensor truth_mask_;
  int64_t first_;
  torch::Tensor context_mask_;
};

}  // namespace stip
