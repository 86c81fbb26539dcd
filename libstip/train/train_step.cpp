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

void check_finite(double value, const char* what) {
  if (std::isfinite(value)) return;
  throw Error(ErrorCode::kFailed, std::string("the ") + what +
                                      " is no longer a finite number; lower the learning rate "
                                      "(optimizer.rate) or set optimizer.clip");
}

// One step, unless its gradient is no number: a finite loss does not promise that.
double step_if_finite(torch::optim::Adam& optimizer, const std::vector<torch::Tensor>& parameters,
                      const torch::Tensor& loss, double clip, const char* what) {
  check_finite(loss.item<double>(), what);
  optimizer.zero_grad();
  loss.backward();
  // A limit of infinity would turn an infinite norm into gradients that are no numbers.
  const double limit = clip > 0 ? clip : std::numeric_limits<float>::max();
  const double norm = torch::nn::utils::clip_grad_norm_(parameters, limit);
  check_finite(norm, what);
  optimizer.step();
  return norm;
}

}  // namespace

TrainStep::TrainStep(Generator generator, Discriminator discriminator,
                     const TrainStepOptions& options)
    : generator_(std::move(generator)),
      discriminator_(std::move(discriminator)),
      options_(options),
      generator_optimizer_(generator_->parameters(),
                           torch::optim::AdamOptions(options.generator_rate)) {
  if (discriminator_) {
    discriminator_optimizer_ = std::make_unique<torch::optim::Adam>(
        discriminator_->parameters(), torch::optim::AdamOptions(options.discriminator_rate));
  }
}

void TrainStep::set_learning_rates(double generator, double discriminator) {
  set_rate(generator_optimizer_, generator);
  if (discriminator_optimizer_) set_rate(*discriminator_optimizer_, discriminator);
}

StepLosses TrainStep::run(const torch::Tensor& frames, const torch::Tensor& truth_mask,
                          const torch::Tensor& context_mask) {
  StepLosses losses;
  const auto predictions =
      unroll(generator_, frames, options_.context, truth_mask, options_.first, context_mask);
  const auto truth = frames.slice(1, options_.first + 1);  // [B, N, fc, H, W], like predictions
  auto loss = frame_term(predictions, frames, &losses);
  if (options_.weights.judged()) {
    update_discriminator(predictions.detach(), truth, &losses);
    loss = loss + judged_terms(predictions, truth, &losses);
  }
  losses.gradient_norm = step_if_finite(generator_optimizer_, generator_->parameters(), loss,
                                        options_.gradient_clip, "generator's loss or gradient");
  return losses;
}

torch::Tensor TrainStep::frame_term(const torch::Tensor& predictions, const torch::Tensor& frames,
                                    StepLosses* losses) const {
  const auto squared = frame_loss(predictions, frames.slice(1, options_.first + 1));
  const auto term = options_.frame_loss == FrameLoss::kRelative
                        ? relative_frame_loss(predictions, frames, still_error_)
                        : squared;
  losses->frame = squared.item<double>();
  check_finite(losses->frame, "generator's frame loss");
  losses->objective = term.item<double>();
  return term;
}

void TrainStep::update_discriminator(const torch::Tensor& predictions, const torch::Tensor& truth,
                                     StepLosses* losses) {
  const auto judge = [&](const torch::Tensor& frames) {
    return sequence_probability(discriminator_->forward(frames.flatten(0, 1)).probability,
                                frames.size(0));
  };
  const auto predicted = judge(predictions);
  const auto real = judge(truth);
  const auto loss = adversarial_loss(predicted, 0) + adversarial_loss(real, 1);
  step_if_finite(*discriminator_optimizer_, discriminator_->parameters(), loss, 0,
                 "discriminator's loss or gradient");
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

}  // namespace stip
