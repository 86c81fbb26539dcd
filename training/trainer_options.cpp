#include "trainer_options.h"

namespace stip::training {

TrainerOptions trainer_options(const RunConfig& config) {
  TrainerOptions options;
  options.model = config.model;
  options.model.context = config.context();
  options.discriminator = config.discriminator;
  options.step.weights = {config.loss.perceptual, config.loss.adversarial, config.loss.detail};
  options.step.frame_loss = config.loss.frame;
  options.still_error = config.loss.still_error;
  options.step.context = config.context();
  options.step.first = config.loss.future_only ? config.context() - 1 : 0;
  options.step.gradient_clip = config.optimizer.clip;
  options.step.generator_rate = config.optimizer.rate;
  options.step.discriminator_rate = config.optimizer.discriminator_rate;
  options.step.recompute = config.train.recompute;
  options.step.horizons = config.train.horizons;
  options.accumulate = config.train.accumulate;
  options.rate = config.optimizer.schedule;
  options.sampling = config.sampling;
  options.reverse_sampling = config.reverse_sampling;
  options.average = config.optimizer.average;
  options.seed = config.train.seed;
  options.threads = config.train.threads;
  options.device = parse_device(config.train.device);
  options.step.mixed = config.train.mixed;
  options.channels_last = config.train.channels_last;
  options.start = config.train.start_still ? StartingWeights::kStill : StartingWeights::kTorch;
  // Crops are the pictures that the discriminator and the gates' norms are made for.
  if (config.data.crop > 0) {
    options.model = options.model.with_size(config.data.crop, config.data.crop);
  }
  return options;
}

}  // namespace stip::training
