#pragma once

#include <torch/torch.h>

#include "model/discriminator.h"
#include "model/generator.h"

namespace stip {

/// Weights of the generator's loss terms; 0 switches a term off (Table VIII's ablation). With both
/// at 0 the discriminator is neither run nor trained.
struct LossWeights {
  double perceptual = 0.01;   ///< lambda_lp
  double adversarial = 0.001; ///< lambda_adv
};

/// What one iteration saw. Terms that were switched off are 0.
struct StepLosses {
  double frame = 0;          ///< mean squared error over all T-1 predictions
  double perceptual = 0;     ///< unweighted
  double adversarial = 0;    ///< unweighted
  double discriminator = 0;  ///< sum of its two cross entropies
  double probability_true = 0;       ///< D's answer before its update, mean over the batch
  double probability_predicted = 0;
  double gradient_norm = 0;  ///< of the generator, before clipping
};

struct TrainStepOptions {
  LossWeights weights;
  int64_t context = 4;
  double gradient_clip = 0;  ///< largest norm of the generator's gradient; 0: no clipping
  double generator_rate = 5e-3;
  double discriminator_rate = 5e-4;
};

/// The training rule (Alg. 1): one Adam step of the discriminator, then one of the generator, which
/// uses the discriminator just updated and leaves no gradient on it. Borrows the networks.
class TrainStep {
 public:
  /// `discriminator` may be null when both weights are 0.
  TrainStep(Generator generator, Discriminator discriminator, const TrainStepOptions& options);

  /// frames: [B, T, fc, H, W], patched, 0..1. truth_mask: [B, T-1-context], see unroll().
  /// Throws kFailed, with the weights unchanged, when the loss is not a finite number.
  StepLosses run(const torch::Tensor& frames, const torch::Tensor& truth_mask);

  void set_learning_rates(double generator, double discriminator);
  torch::optim::Adam& generator_optimizer() { return generator_optimizer_; }
  torch::optim::Adam* discriminator_optimizer() { return discriminator_optimizer_.get(); }

 private:
  void update_discriminator(const torch::Tensor& predictions, const torch::Tensor& truth,
                            int64_t batch, StepLosses* losses);
  torch::Tensor generator_loss(const torch::Tensor& predictions, const torch::Tensor& truth,
                               int64_t batch, StepLosses* losses);
  void update_generator(const torch::Tensor& loss, StepLosses* losses);

  Generator generator_;
  Discriminator discriminator_;
  TrainStepOptions options_;
  torch::optim::Adam generator_optimizer_;
  std::unique_ptr<torch::optim::Adam> discriminator_optimizer_;
};

}  // namespace stip
