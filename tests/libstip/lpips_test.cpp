// LPIPS against the lpips package: values by tests/data/metrics/make_lpips_golden.py.
#include <gtest/gtest.h>

#include <cmath>

#include "io/release_checkpoint.h"
#include "metrics/alexnet_distance.h"
#include "metrics/perceptual_distance.h"
#include "support/expect_error.h"

namespace stip {
namespace {

// As in the script.
torch::Tensor made_up_weights(const std::vector<std::int64_t>& shape, std::uint64_t seed,
                              double low, double high) {
  torch::Tensor tensor = torch::empty(shape);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    std::uint64_t v =
        (static_cast<std::uint64_t>(i) * 2654435761u + seed * 40503 + 12345) & 0xffffffffu;
    v = (v * v / 65536) & 0xffffffffu;
    values[i] = static_cast<float>(low + (high - low) * (static_cast<double>(v) / 4294967296.0));
  }
  return tensor;
}

std::map<std::string, torch::Tensor> made_up_alexnet() {
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> layers = {
      {"features.0", {64, 3, 11, 11}},
      {"features.3", {192, 64, 5, 5}},
      {"features.6", {384, 192, 3, 3}},
      {"features.8", {256, 384, 3, 3}},
      {"features.10", {256, 256, 3, 3}}};
  std::map<std::string, torch::Tensor> tensors;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& [name, shape] = layers[i];
    const double reach = std::sqrt(3.0 / static_cast<double>(shape[1] * shape[2] * shape[3]));
    tensors[name + ".weight"] = made_up_weights(shape, 10 * i, -reach, reach);
    tensors[name + ".bias"] = made_up_weights({shape[0]}, 10 * i + 1, -0.05, 0.05);
    tensors["lin" + std::to_string(i) + ".model.1.weight"] =
        made_up_weights({1, shape[0], 1, 1}, 10 * i + 2, 0, 1);
  }
  return tensors;
}

// The scripts' two pictures, BGR, as [1, 3, H, W] of -1..1.
std::pair<torch::Tensor, torch::Tensor> wave_pictures(int width, int height) {
  torch::Tensor a = torch::empty({1, 3, height, width}), b = torch::empty_like(a);
  auto left = a.accessor<float, 4>(), right = b.accessor<float, 4>();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = (x * 7 + y * 3 + c * 50 + (x * y) % 31) % 256;
        const int other = value + (x * 5 + y * 11 + c) % 23 - 11 + (x > width / 2 ? 20 : 0);
        left[0][c][y][x] = static_cast<float>(value) / 127.5f - 1;
        right[0][c][y][x] = static_cast<float>(std::clamp(other, 0, 255)) / 127.5f - 1;
      }
    }
  }
  return {a, b};
}

TEST(AlexNetDistance, IsTheLpipsPackages) {
  const AlexNetDistance lpips(made_up_alexnet());
  const auto [a, b] = wave_pictures(75, 64);
  EXPECT_NEAR(lpips.distance(a.flip(1), b.flip(1), false), 0.04653145, 1e-6);
  EXPECT_NEAR(100 * lpips.distance(a, b, true), 4.973997, 1e-4);
  EXPECT_EQ(lpips.distance(a, a, false), 0);
}

TEST(AlexNetDistance, NamesTheTensorThatIsMissingOrWrong) {
  auto tensors = made_up_alexnet();
  tensors.erase("lin3.model.1.weight");
  EXPECT_STIP_ERROR(AlexNetDistance{tensors}, ErrorCode::kWrongKind, "lin3.model.1.weight");
  tensors["lins.3.model.1.weight"] = torch::ones({1, 256, 1, 1});  // another name for it
  EXPECT_NO_THROW(AlexNetDistance{tensors});
  tensors["features.3.bias"] = torch::ones({7});
  EXPECT_STIP_ERROR(AlexNetDistance{tensors}, ErrorCode::kWrongKind, "features.3.bias");
}

TEST(PerceptualDistance, ReadsFilesOfTorchSave) {
  const std::string file = STIP_TEST_DATA "/metrics/state_dict.pth";
  const auto tensors = read_release_checkpoint(file);
  EXPECT_EQ(tensors.at("weight").sizes(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(tensors.at("bias")[1].item<float>(), 8);
  EXPECT_STIP_ERROR(PerceptualDistance({file}), ErrorCode::kWrongKind, "features.0.weight");
  EXPECT_STIP_ERROR(PerceptualDistance({STIP_TEST_DATA "/README.md"}), ErrorCode::kWrongKind,
                    "torch.save");
}

}  // namespace
}  // namespace stip
