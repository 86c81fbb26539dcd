#include "train/train_step.h"

#include <cmath>

#include "model/unroll.h"
#include "objective/losses.h"

namespace stip {
namespace {

void set_rate(torch::optim::Adam& optimizer, double rate) {
  for (auto& group : optimizer.param_groups()) {
    static_cast<torch::optim::AdamOptions&>(group.options()).lr(rate);
  }
}

void set_requires_grad(Discriminator& network, bool required) {
  for (auto& parameter : network->parameters()) parameter.set_requires_grad(required);
}

void check_finite(const torch::Tensor& loss, const char* whose) {
  if (std::isfinite(loss.item<double>())) return;
  throw Error(ErrorCode::kFailed, std::string("the ") + whose +
                                      "'s loss is no longer a finite number; lower the learning "
                                      "rate (optimizer.rate) or set optimizer.clip");
}

}  // namespace

TrainStep::TrainStep(Generator generator, Discriminator discriminator, const TrainStepOptions& options)
    : generator_(std::move(generator)),
      discriminator_(std::move(discriminator)),
      options_(options),
      generator_optimizer_(generator_->parameters(), torch::optim::AdamOptions(options.generator_rate)) {
  if (discriminator_) {
    discriminator_optimizer_ = std::make_unique<torch::optim::Adam>(
        discriminator_->parameters(), torch::optim::AdamOptions(options.discriminator_rate));
  }
}

void TrainStep::set_learning_rates(double generator, double discriminator) {
  set_rate(generator_optimizer_, generator);
  if (discriminator_optimizer_) set_rate(*discriminator_optimizer_, discriminator);
}

StepLosses TrainStep::run(const torch::Tensor& frames, const torch::Tensor& truth_mask) {
  StepLosses losses;
  const int64_t batch = frames.size(0);
  const auto predictions = unroll(generator_, frames, options_.context, truth_mask).flatten(0, 1);
  const auto truth = frames.slice(1, 1).flatten(0, 1);  // [B*(T-1), fc, H, W], frames 1..T-1
  const bool judged = options_.weights.perceptual != 0 || options_.weights.adversarial != 0;
  if (judged) update_discriminator(predictions.detach(), truth, batch, &losses);
  update_generator(generator_loss(predictions, truth, batch, &losses), &losses);
  return losses;
}

void TrainStep::update_discriminator(const torch::Tensor& predictions, const torch::Tensor& truth,
                                     int64_t batch, StepLosses* losses) {
  const auto predicted = sequence_probability(discriminator_->forward(predictions).probability, batch);
  const auto real = sequence_probability(discriminator_->forward(truth).probability, batch);
  const auto loss = adversarial_loss(predicted, 0) + adversarial_loss(real, 1);
  check_finite(loss, "discriminator");
  discriminator_optimizer_->zero_grad();
  loss.backward();
  discriminator_optimizer_->step();
  losses->discriminator = loss.item<double>();
  losses->probability_predicted = predicted.mean().item<double>();
  losses->probability_true = real.mean().item<double>();
}

torch::Tensor TrainStep::generator_loss(const torch::Tensor& predictions, const torch::Tensor& truth,
                                        int64_t batch, StepLosses* losses) {
  auto loss = frame_loss(predictions, truth);
  losses->frame = loss.item<double>();
  const LossWeights& weights = options_.weights;
  if (weights.perceptual == 0 && weights.adversarial == 0) return loss;
  // The discriminator is a fixed yardstick here: its gradients are not wanted, and leaving them out
  // is exact.
  set_requires_grad(discriminator_, false);
  const auto judged = discriminator_->forward(predictions);
  if (weights.perceptual != 0) {
    torch::Tensor true_features;
    {
      const torch::NoGradGuard no_grad;
      true_features = discriminator_->forward(truth).features;
    }
    const auto perceptual = perceptual_loss(judged.features, true_features);
    losses->perceptual = perceptual.item<double>();
    loss = loss + weights.perceptual * perceptual;
  }
  if (weights.adversarial != 0) {
    const auto adversarial = adversarial_loss(sequence_probability(judged.probability, batch), 1);
    losses->adversarial = adversarial.item<double>();
    loss = loss + weights.adversarial * adversarial;
  }
  set_requires_grad(discriminator_, true);
  return loss;
}

void TrainStep::update_generator(const torch::Tensor& loss, StepLosses* losses) {
  check_finite(loss, "generator");
  generator_optimizer_.zero_grad();
  loss.backward();
  const double limit = options_.gradient_clip > 0 ? options_.gradient_clip
                                                  : std::numeric_limits<double>::infinity();
  losses->gradient_norm = torch::nn::utils::clip_grad_norm_(generator_->parameters(), limit);
  generator_optimizer_.step();
}

}  // namespace stip
