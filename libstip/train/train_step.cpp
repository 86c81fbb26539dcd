#include "train/train_step.h"

#include <cmath>
#include <optional>
#include <utility>

#include "base/autocast.h"
#include "model/predict_motion.h"
#include "model/unroll.h"
#include "objective/losses.h"

namespace stip {
namespace {

void set_rate(FusedAdam& optimizer, double rate) {
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

void add_gradient(const torch::Tensor& loss, const char* what) {
  check_finite(loss.item<double>(), what);
  loss.backward();
}

// One step, unless its gradient is no number: a finite loss does not promise that.
double step_if_finite(FusedAdam& optimizer, const std::vector<torch::Tensor>& parameters,
                      double clip, const char* what) {
  // A limit of infinity would turn an infinite norm into gradients that are no numbers.
  const double limit = clip > 0 ? clip : std::numeric_limits<float>::max();
  const double norm = torch::nn::utils::clip_grad_norm_(parameters, limit);
  check_finite(norm, what);
  optimizer.step();
  return norm;
}

// Of each sample its own: places is [B, N].
torch::Tensor frames_at(const torch::Tensor& frames, const torch::Tensor& places) {
  const auto sample = torch::arange(frames.size(0)).unsqueeze(1);
  return frames.index({sample.to(frames.device()), places.to(frames.device())});
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
    discriminator_optimizer_ = std::make_unique<FusedAdam>(
        discriminator_->parameters(), torch::optim::AdamOptions(options.discriminator_rate));
  }
}

void TrainStep::set_learning_rates(double generator, double discriminator) {
  set_rate(generator_optimizer_, generator);
  if (discriminator_optimizer_) set_rate(*discriminator_optimizer_, discriminator);
}

StepLosses TrainStep::run(const ClipBatch& clips) {
  return run(1, [&](int) { return clips; });
}

StepLosses TrainStep::run(int count, const std::function<ClipBatch(int)>& part) {
  constexpr const char* kOfGenerator = "generator's loss or gradient";
  constexpr const char* kOfDiscriminator = "discriminator's loss or gradient";
  const double share = 1.0 / count;  // of each part in every mean
  StepLosses losses;
  std::optional<Unrolled> only;  // one part's predictions serve both steps
  if (count == 1) only = unrolled(part(0));
  if (options_.weights.judged()) {
    discriminator_optimizer_->zero_grad();
    for (int i = 0; i < count; ++i) {
      const Unrolled clips = only ? *only : unrolled_for_discriminator(part(i));
      add_gradient(discriminator_loss(clips, share, &losses), kOfDiscriminator);
    }
    step_if_finite(*discriminator_optimizer_, discriminator_->parameters(), 0, kOfDiscriminator);
  }
  generator_optimizer_.zero_grad();
  for (int i = 0; i < count; ++i) {
    const Unrolled clips = only ? *std::exchange(only, std::nullopt) : unrolled(part(i));
    auto loss = frame_term(clips, share, &losses);
    if (options_.weights.judged()) loss = loss + judged_terms(clips, share, &losses);
    add_gradient(loss, kOfGenerator);
  }
  losses.gradient_norm = step_if_finite(generator_optimizer_, generator_->parameters(),
                                        options_.gradient_clip, kOfGenerator);
  return losses;
}

TrainStep::Unrolled TrainStep::unrolled_for_discriminator(const ClipBatch& clips) {
  const torch::NoGradGuard no_grad;
  return unrolled(clips);
}

// Losses are counted in single precision.
TrainStep::Unrolled TrainStep::unrolled(const ClipBatch& clips) {
  const AutocastScope scope(clips.frames.device().type(), options_.mixed);
  Unrolled result = unrolled_in_scope(clips);
  result.predictions = result.predictions.to(torch::kFloat32);
  return result;
}

DiscriminatorImpl::Judgement TrainStep::judged(const torch::Tensor& frames) {
  const AutocastScope scope(frames.device().type(), options_.mixed);
  return discriminator_->forward(frames.flatten(0, 1));
}

TrainStep::Unrolled TrainStep::unrolled_in_scope(const ClipBatch& clips) {
  const bool recompute = options_.recompute && torch::GradMode::is_enabled();
  if (generator_->config().output == Output::kMotion) {
    // Only frames after the context can be predicted, and nothing is fed back.
    const auto future = clips.frames.slice(1, options_.context);
    return {clips.frames,
            predict_motion(generator_, clips.frames, options_.context, clips.horizons),
            clips.horizons.defined() ? frames_at(future, clips.horizons - 1) : future};
  }
  const auto run_clips = recompute ? unroll_recomputed : unroll;
  return {clips.frames,
          run_clips(generator_, clips.frames, options_.context, clips.truth_mask, options_.first,
                    clips.context_mask),
          clips.frames.slice(1, options_.first + 1)};
}

torch::Tensor TrainStep::frame_term(const Unrolled& clips, double share, StepLosses* losses) const {
  const auto squared = frame_loss(clips.predictions, clips.truth);
  auto term = squared;
  if (options_.frame_loss == FrameLoss::kRelative) {
    term = relative_frame_loss(clips.predictions, clips.frames, still_error_);
  } else if (options_.frame_loss == FrameLoss::kDecibels) {
    term = decibel_loss(clips.predictions, clips.truth);
  }
  if (options_.weights.detail != 0) {
    const int patch = generator_->config().patch;
    term = term + options_.weights.detail * detail_loss(clips.predictions, clips.truth, patch);
  }
  losses->frame += share * squared.item<double>();
  check_finite(losses->frame, "generator's frame loss");
  losses->objective += share * term.item<double>();
  return share * term;
}

torch::Tensor TrainStep::discriminator_loss(const Unrolled& clips, double share,
                                            StepLosses* losses) {
  const auto judge = [&](const torch::Tensor& frames) {
    return sequence_probability(judged(frames).probability, frames.size(0));
  };
  const auto predicted = judge(clips.predictions.detach());
  const auto real = judge(clips.truth);
  const auto loss = adversarial_loss(predicted, 0) + adversarial_loss(real, 1);
  losses->discriminator += share * loss.item<double>();
  losses->probability_predicted += share * predicted.mean().item<double>();
  losses->probability_true += share * real.mean().item<double>();
  return share * loss;
}

// The weighted LP and adversarial terms, by the discriminator just updated.
torch::Tensor TrainStep::judged_terms(const Unrolled& clips, double share, StepLosses* losses) {
  // It is a fixed yardstick here: its gradients are not wanted, and leaving them out is exact.
  set_requires_grad(discriminator_, false);
  const auto predicted = judged(clips.predictions);
  torch::Tensor true_features;
  {
    const torch::NoGradGuard no_grad;
    true_features = judged(clips.truth).features;
  }
  set_requires_grad(discriminator_, true);
  const auto perceptual = perceptual_loss(predicted.features, true_features);
  const auto adversarial =
      adversarial_loss(sequence_probability(predicted.probability, clips.predictions.size(0)), 1);
  losses->perceptual += share * perceptual.item<double>();
  losses->adversarial += share * adversarial.item<double>();
  return share *
         (options_.weights.perceptual * perceptual + options_.weights.adversarial * adversarial);
}

}  // namespace stip
