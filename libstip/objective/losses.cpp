#include "objective/losses.h"

namespace stip {

torch::Tensor frame_loss(const torch::Tensor& predictions, const torch::Tensor& truth) {
  return torch::mse_loss(predictions, truth);
}

torch::Tensor relative_frame_loss(const torch::Tensor& predictions, const torch::Tensor& frames,
                                  double still_error) {
  const int64_t count = predictions.size(1), total = frames.size(1);
  const auto truth = frames.slice(1, total - count);
  const auto error_of = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).square().flatten(2).mean(2);  // [B, N]
  };
  const auto copying = error_of(frames.slice(1, total - count - 1, total - 1), truth).mean(1, true);
  return torch::log1p(error_of(predictions, truth) / (copying + still_error)).mean();
}

torch::Tensor decibel_loss(const torch::Tensor& predictions, const torch::Tensor& truth,
                           double floor) {
  const auto error = (predictions - truth).square().flatten(2).mean(2);  // [B, N]
  return torch::log(error + floor).mean();
}

torch::Tensor perceptual_loss(const torch::Tensor& predicted_features,
                              const torch::Tensor& true_features) {
  return torch::mse_loss(predicted_features, true_features);
}

torch::Tensor sequence_probability(const torch::Tensor& frame_probabilities, int64_t batch) {
  return frame_probabilities.view({batch, -1}).mean(1);
}

torch::Tensor adversarial_loss(const torch::Tensor& sequence_probabilities, double target) {
  return torch::binary_cross_entropy(sequence_probabilities,
                                     torch::full_like(sequence_probabilities, target));
}

}  // namespace stip
