#include <gtest/gtest.h>

#include "objective/losses.h"
#include "ops/stgru_update.h"

namespace stip {
namespace {

TEST(Losses, JudgeTheMeanOfProbabilitiesNotTheirLogits) {
  const auto frames = torch::tensor({{0.2}, {0.8}, {0.5}, {0.9}});
  const auto sequences = sequence_probability(frames, 2);
  EXPECT_TRUE(torch::allclose(sequences, torch::tensor({0.5, 0.7})));
  const double expected = -(std::log(0.5) + std::log(0.7)) / 2;
  EXPECT_NEAR(adversarial_loss(sequences, 1).item<double>(), expected, 1e-6);
}

TEST(Losses, CountErrorsAgainstCopying) {
  // One clip moves by 0.1 a frame, the other by 0.01; both are predicted with half of copying's
  // error.
  const auto ramp = torch::arange(4, torch::kFloat32).view({1, 4, 1, 1, 1});
  const auto frames = torch::cat({ramp * 0.1, ramp * 0.01});
  const auto truth = frames.slice(1, 2), before = frames.slice(1, 1, 3);
  const auto predictions = before + (truth - before) * 0.5;
  const double loss = relative_frame_loss(predictions, frames, 1e-12).item<double>();
  EXPECT_NEAR(loss, std::log(1.25), 1e-4);  // both clips alike: (0.5)^2 of copying
  // With a large still_error only the fast clip counts, as in the plain mean.
  const double plain = frame_loss(predictions, truth).item<double>();
  EXPECT_NEAR(relative_frame_loss(predictions, frames, 1e3).item<double>() * 1e3, plain, 1e-4);
}

TEST(Losses, CountMissingDetailButNotItsPlace) {
  torch::manual_seed(4);
  const auto truth = torch::rand({1, 2, 12, 9, 10});  // patches of 2x2: pictures of 18x20
  EXPECT_EQ(detail_loss(truth, truth, 2).item<double>(), 0);
  EXPECT_NEAR(detail_loss(truth, truth + 0.2, 2).item<double>(), 0, 1e-3) << "brightness is none";
  // Half the contrast is a quarter of the energy, everywhere.
  EXPECT_NEAR(detail_loss(0.5 * truth, truth, 2).item<double>(), std::log(4), 1e-2);
  EXPECT_NEAR(detail_loss(2 * truth, truth, 2).item<double>(), std::log(4), 1e-2);
  // Elsewhere in the same window: another picture, as much detail.
  auto dots = torch::zeros({1, 1, 3, 18, 18}), others = torch::zeros({1, 1, 3, 18, 18});
  dots.index_put_({0, 0, torch::indexing::Slice(), 4, 4}, 1);
  others.index_put_({0, 0, torch::indexing::Slice(), 5, 5}, 1);
  EXPECT_NEAR(detail_loss(others, dots, 1).item<double>(), 0, 1e-6);
}

// Gradients by numbers, in double: the reference is the definition that fast versions are held
// against.
TEST(StgruUpdate, HasTheGradientsThatNumbersGive) {
  torch::manual_seed(3);
  const auto options = torch::TensorOptions().dtype(torch::kFloat64);
  std::vector<torch::Tensor> inputs = {
      torch::randn({1, 8, 2, 2}, options), torch::randn({1, 8, 2, 2}, options),
      torch::randn({1, 2, 2, 2}, options), torch::randn({1, 2, 2, 2}, options)};
  const auto value = [&] {
    const auto u = stgru_update(inputs[0], inputs[1], inputs[2], inputs[3]);
    return (u.temporal.square() + u.spatial.sin()).sum();
  };
  for (auto& input : inputs) input.requires_grad_(true);
  value().backward();
  const torch::NoGradGuard no_grad;
  for (auto& input : inputs) {
    auto flat = input.view(-1);
    const auto gradient = input.grad().view(-1);
    for (int64_t i = 0; i < flat.numel(); i += 3) {
      const double kept = flat[i].item<double>(), step = 1e-6;
      flat[i] = kept + step;
      const double up = value().item<double>();
      flat[i] = kept - step;
      const double down = value().item<double>();
      flat[i] = kept;
      EXPECT_NEAR(gradient[i].item<double>(), (up - down) / (2 * step), 1e-6);
    }
  }
}

}  // namespace
}  // namespace stip
