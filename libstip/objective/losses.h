#pragma once

#include <torch/torch.h>

namespace stip {

/// Terms of the training rule (eq. 8-10). All means are over every value.

/// Mean squared error.
torch::Tensor frame_loss(const torch::Tensor& predictions, const torch::Tensor& truth);

/// LP loss (eq. 8): mean squared error between the discriminator's features.
torch::Tensor perceptual_loss(const torch::Tensor& predicted_features,
                              const torch::Tensor& true_features);

/// Probability of a sequence: the mean over its frames of the sigmoid outputs. frame_probabilities:
/// [B*T, 1], a sample's frames together. Returns [B].
torch::Tensor sequence_probability(const torch::Tensor& frame_probabilities, int64_t batch);

/// Binary cross entropy against one target for all. On probabilities, not logits: the mean of
/// sigmoids is no sigmoid. torch's clamp of the logarithm at -100 applies.
torch::Tensor adversarial_loss(const torch::Tensor& sequence_probabilities, double target);

}  // namespace stip
