#include "objective/losses.h"

#include "ops/patching.h"

namespace stip {
namespace {

// The logarithm of the Laplacian's energy in windows of 8x8, over all colours. Differences of
// slices: a convolution would unfold the pictures into nine times their memory.
torch::Tensor log_detail(const torch::Tensor& patched, int patch) {
  using torch::indexing::Slice;
  const auto pictures = from_patches(patched.flatten(0, 1), patch);  // [B * N, H, W, 3]
  const auto inner = [&](int dy, int dx) {
    return pictures.index({Slice(), Slice(1 + dy, pictures.size(1) - 1 + dy),
                           Slice(1 + dx, pictures.size(2) - 1 + dx)});
  };
  const auto laplacian = 4 * inner(0, 0) - inner(-1, 0) - inner(1, 0) - inner(0, -1) - inner(0, 1);
  const auto energy = laplacian.square().mean(3).unsqueeze(1);
  return torch::log(torch::avg_pool2d(energy, 8) + 1e-4);
}

}  // namespace

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

torch::Tensor detail_loss(const torch::Tensor& predictions, const torch::Tensor& truth, int patch) {
  return (log_detail(predictions, patch) - log_detail(truth, patch)).abs().mean();
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
