#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>

#include "model/discriminator.h"
#include "model/generator.h"
#include "train/fused_adam.h"
#include "train/train_options.h"

namespace stip {

/// Clips that are run together.
struct ClipBatch {
  torch::Tensor frames;         ///< [B, T, fc, H, W], patched, 0..1
  torch::Tensor truth_mask;     ///< the masks: see unroll()
  torch::Tensor context_mask;   ///< undefined: the truth
  torch::Tensor horizons = {};  ///< [B, N], output: motion; undefined: all
};

/// The training rule (Alg. 1): one Adam step of the discriminator, then one of the generator, which
/// uses the discriminator just updated and leaves no gradient on it. Shares the networks.
class TrainStep {
 public:
  /// `discriminator` may be null when both weights are 0.
  TrainStep(Generator generator, Discriminator discriminator, const TrainStepOptions& options);

  /// Throws kFailed, before the step is taken, when a loss or gradient is not a finite number.
  StepLosses run(const ClipBatch& clips);

  /// The same step, up to rounding, on `count` equal parts of a batch, part(0) .. part(count - 1),
  /// of which only one is in memory at a time (gradient accumulation). Every term of the rule is a
  /// mean over clips, so the parts' gradients are averaged. The discriminator's step needs all
  /// predictions before the generator's: where it judges, each part is asked for and predicted
  /// twice.
  StepLosses run(int count, const std::function<ClipBatch(int)>& part);

  void set_learning_rates(double generator, double discriminator);
  void set_still_error(double still_error) { still_error_ = still_error; }
  FusedAdam& generator_optimizer() { return generator_optimizer_; }
  FusedAdam* discriminator_optimizer() { return discriminator_optimizer_.get(); }

 private:
  struct Unrolled {
    torch::Tensor frames;
    torch::Tensor predictions;  // [B, N, fc, H, W]
    torch::Tensor truth;        // the frames predicted
  };
  Unrolled unrolled(const ClipBatch& clips);
  Unrolled unrolled_in_scope(const ClipBatch& clips);
  // frames: [B, N, fc, H, W].
  DiscriminatorImpl::Judgement judged(const torch::Tensor& frames);
  Unrolled unrolled_for_discriminator(const ClipBatch& clips);
  torch::Tensor discriminator_loss(const Unrolled& clips, double share, StepLosses* losses);
  torch::Tensor frame_term(const Unrolled& clips, double share, StepLosses* losses) const;
  torch::Tensor judged_terms(const Unrolled& clips, double share, StepLosses* losses);

  Generator generator_;
  Discriminator discriminator_;
  TrainStepOptions options_;
  double still_error_ = 2e-4;  // of the relative loss
  FusedAdam generator_optimizer_;
  std::unique_ptr<FusedAdam> discriminator_optimizer_;
};

}  // namespace stip
