#pragma once

#include <torch/torch.h>

namespace stip {

/// Terms of the training rule (eq. 8-10). All means are over every value.

/// Mean squared error.
torch::Tensor frame_loss(const torch::Tensor& predictions, const torch::Tensor& truth);

/// Squared errors counted against what copying would cost (ours, not the paper's), about as
/// decibels count them: the mean of log(1 + e / (c + still_error)), e a prediction's mean squared
/// error, c the clip's own mean error of copying one frame ahead. A still scene then counts as much
/// as a fast one; the plain mean learns from fast ones alone and spoils still ones (measured,
/// docs/training.md). still_error is the squared error that counts as nothing to gain (values are
/// 0..1: 2e-4 is 3.6 of 255 levels); a large one makes this the plain mean again, up to a factor.
/// predictions: [B, N, ...] of the last N frames of frames: [B, T, ...], T > N.
torch::Tensor relative_frame_loss(const torch::Tensor& predictions, const torch::Tensor& frames,
                                  double still_error);

/// Squared errors counted in decibels (ours): the mean of log(e + floor), e a prediction's mean
/// squared error. Halving the error is worth the same in a still scene as in a fast one. The floor
/// is an error that nobody sees (0..1: 5e-6 is half of one of 255 levels).
torch::Tensor decibel_loss(const torch::Tensor& predictions, const torch::Tensor& truth,
                           double floor = 5e-6);

/// How far the detail of predictions is from the truth's, wherever in a neighbourhood it lies
/// (ours): the mean of |log((e + 1e-4) / (e' + 1e-4))|, e and e' the Laplacian's energies in
/// windows of 8x8 pixels, values 0..1. What squared errors average away (blur) costs here. Patched
/// frames [B, N, fc, H/p, W/p] with p = `patch`; pictures of at least 10x10.
torch::Tensor detail_loss(const torch::Tensor& predictions, const torch::Tensor& truth, int patch);

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
