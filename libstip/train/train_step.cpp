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
  const auto predictions = unroll(generator_, frames, options_.context, truth_mask, options_.first);
  const auto truth = frames.slice(1, options_.first + 1);  // [B, N, fc, H, W], like predictions
  auto loss = frame_term(predictions, frames, &losses);
  if (options_.weights.judged()) {
    update_discriminator(predictions.detach(), truth, &losses);
    loss = loss + judged_terms(predictions, truth, &losses);
  }
  update_generator(loss, &losses);
  return losses;
}

torch::Tensor TrainStep::frame_term(const torch::Tensor& predictions, const torch::Tensor& frames,
                                    StepLosses* losses) const {
  const auto squared = frame_loss(predictions, frames.slice(1, options_.first + 1));
  const auto term = options_.frame_loss == FrameLoss::kRelative
                        ? relative_frame_loss(predictions, frames, still_error_)
                        : squared;
  losses->frame = squared.item<double>();
  losses->objective = term.item<double>();
  return term;
}

void TrainStep::update_discriminator(const torch::Tensor& predictions, const torch::Tensor& truth,
                                     StepLosses* losses) {
  const auto judge = [&](const torch::Tensor& frames) {
    return sequence_probability(discriminator_->forward(frames.flatten(0, 1)).probability, frames.size(0));
  };
  const auto predicted = judge(predictions);
  const auto real = judge(truth);
  const auto loss = adversarial_loss(predicted, 0) + adversarial_loss(real, 1);
  check_finite(loss, "discriminator");
  discriminator_optimizer_->zero_grad();
  loss.backward();
  discriminator_optimizer_->step();
  losses->discriminator = loss.item<double>();
  losses->probability_predicted = predicted.mean().item<double>();
  losses->probability_true = real.mean().item<double>();
}

// The weighted LP and adversarial terms, by the discriminator just updated.
torch::Tensor TrainStep::judged_terms(const torch::Tensor& predictions, const torch::Tensor& truth,
                                      StepLosses* losses) {
  // It is a fixed yardstick here: its gradients are not wanted, and leaving them out is exact.
  set_requires_grad(discriminator_, false);
  const auto judged = discriminator_->forward(predictions.flatten(0, 1));
  torch::Tensor true_features;
  {
    const torch::NoGradGuard no_grad;
    true_features = discriminator_->forward(truth.flatten(0, 1)).features;
  }
  set_requires_grad(discriminator_, true);
  const auto perceptual = perceptual_loss(judged.features, true_features);
  const auto adversarial =
      adversarial_loss(sequence_probability(judged.probability, predictions.size(0)), 1);
  losses->perceptual = perceptual.item<double>();
  losses->adversarial = adversarial.item<double>();
  return options_.weights.perceptual * perceptual + options_.weights.adversarial * adversarial;
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
