#pragma once

#include <torch/torch.h>

#include "model/discriminator.h"
#include "model/generator.h"
#include "train/train_options.h"

namespace stip {

/// The training rule (Alg. 1): one Adam step of the discriminator, then one of the generator, which
/// uses the discriminator just updated and leaves no gradient on it. Shares the networks.
class TrainStep {
 public:
  /// `discriminator` may be null when both weights are 0.
  TrainStep(Generator generator, Discriminator discriminator, const TrainStepOptions& options);

  /// frames: [B, T, fc, H, W], patched, 0..1. The masks: see unroll().
  /// Throws kFailed, before the step is taken, when a loss or gradient is not a finite number.
  StepLosses run(const torch::Tensor& frames, const torch::Tensor& truth_mask,
                 const torch::Tensor& context_mask = {});

  void set_learning_rates(double generator, double discriminator);
  void set_still_error(double still_error) { still_error_ = still_error; }
  torch::optim::Adam& generator_optimizer() { return generator_optimizer_; }
  torch::optim::Adam* discriminator_optimizer() { return discriminator_optimizer_.get(); }

 private:
  void update_discriminator(const torch::Tensor& predictions, const torch::Tensor& truth,
                            StepLosses* losses);
  torch::Tensor frame_term(const torch::Tensor& predictions, const torch::Tensor& frames,
                           StepLosses* losses) const;
  torch::Tensor judged_terms(const torch::Tensor& predictions, const torch::Tensor& truth,
                             StepLosses* losses);

  Generator generator_;
  Discriminator discriminator_;
  TrainStepOptions options_;
  double still_error_ = 2e-4;  // of the relative loss
  torch::optim::Adam generator_optimizer_;
  std::unique_ptr<torch::optim::Adam> discriminator_optimizer_;
};

}  // namespace stip
