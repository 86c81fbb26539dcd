#include "objective/losses.h"

namespace stip {

torch::Tensor frame_loss(const torch::Tensor& predictions, const torch::Tensor& truth) {
  return torch::mse_loss(predictions, truth);
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
