#pragma once

#include <torch/torch.h>

#include <array>
#include <map>
#include <string>

namespace stip {

/// LPIPS on tensors: AlexNet's five convolutions, and a weight for each of their channels.
class AlexNetDistance {
 public:
  /// Tensors by torchvision's names (features.0.weight ...) or lpips's (net.slice1.0.weight ...),
  /// and lin0.model.1.weight ...; others are passed over. Throws kWrongKind as PerceptualDistance.
  explicit AlexNetDistance(const std::map<std::string, torch::Tensor>& tensors);

  /// Of pictures [1, 3, H, W] of values -1..1, sides at least 31. `spatial`: the layers' maps are
  /// enlarged to the picture before their mean is taken.
  double distance(const torch::Tensor& a, const torch::Tensor& b, bool spatial) const;

 private:
  static constexpr std::size_t kLayers = 5;
  using Features = std::array<torch::Tensor, kLayers>;

  Features features(const torch::Tensor& picture) const;

  std::array<torch::Tensor, kLayers> weights_;
  std::array<torch::Tensor, kLayers> biases_;
  std::array<torch::Tensor, kLayers> heads_;
};

}  // namespace stip
