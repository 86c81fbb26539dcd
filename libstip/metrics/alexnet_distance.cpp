#include "metrics/alexnet_distance.h"

#include <sstream>

#include "stip/error.h"

namespace stip {
namespace {

struct Layer {
  const char* torchvision;
  const char* lpips;
  std::vector<std::int64_t> shape;
  std::int64_t stride;
  std::int64_t padding;
  bool pooled;  // its input, 3x3 at every second place
};

const std::array<Layer, 5>& layers() {
  static const std::array<Layer, 5> table = {{
      {"features.0", "net.slice1.0", {64, 3, 11, 11}, 4, 2, false},
      {"features.3", "net.slice2.3", {192, 64, 5, 5}, 1, 2, true},
      {"features.6", "net.slice3.6", {384, 192, 3, 3}, 1, 1, true},
      {"features.8", "net.slice4.8", {256, 384, 3, 3}, 1, 1, false},
      {"features.10", "net.slice5.10", {256, 256, 3, 3}, 1, 1, false},
  }};
  return table;
}

using Tensors = std::map<std::string, torch::Tensor>;

torch::Tensor find(const Tensors& tensors, const std::string& name, const std::string& other,
                   const std::vector<std::int64_t>& shape) {
  auto found = tensors.find(name);
  if (found == tensors.end()) found = tensors.find(other);
  std::ostringstream problem;
  if (found == tensors.end()) {
    problem << "tensor " << name << " is missing";
  } else if (found->second.sizes() != torch::IntArrayRef(shape)) {
    problem << "tensor " << name << " is " << found->second.sizes() << ", expected "
            << torch::IntArrayRef(shape);
  } else {
    return found->second;
  }
  throw Error(ErrorCode::kWrongKind,
              "the LPIPS weights are not complete: " + problem.str() +
                  "; give torchvision's AlexNet file and the lpips package's alex.pth");
}

torch::Tensor unit_length(const torch::Tensor& features) {
  return features / (features.square().sum(1, true).sqrt() + 1e-10);
}

// What ImageNet's mean and deviation are for values -1..1.
torch::Tensor scaled(const torch::Tensor& picture) {
  const auto shift = torch::tensor({-0.030f, -0.088f, -0.188f}).view({1, 3, 1, 1});
  const auto scale = torch::tensor({0.458f, 0.448f, 0.450f}).view({1, 3, 1, 1});
  return (picture - shift) / scale;
}

}  // namespace

AlexNetDistance::AlexNetDistance(const Tensors& tensors) {
  for (std::size_t i = 0; i < kLayers; ++i) {
    const Layer& layer = layers()[i];
    const std::string name = layer.torchvision, other = layer.lpips;
    weights_[i] = find(tensors, name + ".weight", other + ".weight", layer.shape);
    biases_[i] = find(tensors, name + ".bias", other + ".bias", {layer.shape[0]});
    const std::string head = std::to_string(i) + ".model.1.weight";
    heads_[i] = find(tensors, "lin" + head, "lins." + head, {1, layer.shape[0], 1, 1});
  }
}

AlexNetDistance::Features AlexNetDistance::features(const torch::Tensor& picture) const {
  Features found;
  torch::Tensor x = picture;
  for (std::size_t i = 0; i < kLayers; ++i) {
    const Layer& layer = layers()[i];
    if (layer.pooled) x = torch::max_pool2d(x, 3, 2);
    x = torch::relu(torch::conv2d(x, weights_[i], biases_[i], layer.stride, layer.padding));
    found[i] = x;
  }
  return found;
}

double AlexNetDistance::distance(const torch::Tensor& a, const torch::Tensor& b,
                                 bool spatial) const {
  const torch::NoGradGuard no_grad;
  const Features left = features(scaled(a));
  const Features right = features(scaled(b));
  double sum = 0;
  for (std::size_t i = 0; i < kLayers; ++i) {
    const torch::Tensor difference = (unit_length(left[i]) - unit_length(right[i])).square();
    torch::Tensor map = torch::conv2d(difference, heads_[i]);
    if (spatial) {
      map = torch::upsample_bilinear2d(map, {a.size(2), a.size(3)}, /*align_corners=*/false);
    }
    sum += map.mean().item<double>();
  }
  return sum;
}

}  // namespace stip
