#include "model/unroll.h"
#include "support/small_networks.h"

namespace stip {
namespace {

using Unrolling = decltype(&unroll);

struct UnrollCase {
  std::string name;
  ModelConfig config;
  int64_t first = 0;
  bool truth_mask = false;
  bool context_mask = false;
};

std::vector<UnrollCase> unroll_cases() {
  ModelConfig residual = test::small_channel_config(), long_clip = test::small_config();
  long_clip.clip = 3;
  ModelConfig single = test::small_config();
  single.encoder = EncoderKind::kSingle;
  return {{"no truth after the context", test::small_config()},
          {"scheduled sampling", test::small_config(), 0, true},
          {"reverse sampling", residual, 0, true, true},
          {"future counted alone", residual, 2, true},
          {"future counted alone, reverse sampling", residual, 2, true, true},
          {"three frames at once", long_clip, 0, true, true},
          {"one encoder", single, 0, true}};
}

struct Gradients {
  torch::Tensor predictions;
  std::vector<torch::Tensor> of_weights;
};

Gradients gradients_of(Unrolling run, const UnrollCase& tested) {
  auto generator = test::random_generator(tested.config, 3);
  generator->train();
  const auto frames = torch::rand({2, 7, tested.config.frame_channels(),
                                   tested.config.grid_height(), tested.config.grid_width()});
  torch::Tensor truth, context;
  // Both samples are fed differently, at the first, a middle and the last step.
  if (tested.truth_mask) truth = torch::tensor({{1.f, 0.f, 0.f}, {0.f, 1.f, 1.f}});
  if (tested.context_mask) context = torch::tensor({{0.f, 1.f}, {1.f, 0.f}});
  const auto predictions = run(generator, frames, 3, truth, tested.first, context);
  const auto errors = (predictions - frames.slice(1, tested.first + 1)).square();
  // Every prediction counts differently.
  (errors.mean({0, 2, 3, 4}) * torch::arange(1, 1 + predictions.size(1))).sum().backward();
  Gradients result{predictions.detach(), {}};
  for (const auto& weight : generator->parameters()) result.of_weights.push_back(weight.grad());
  return result;
}

TEST(RecomputedUnroll, HasTheGradientsOfThePlainOne) {
  for (const UnrollCase& tested : unroll_cases()) {
    SCOPED_TRACE(tested.name);
    const Gradients plain = gradients_of(&unroll, tested);
    const Gradients recomputed = gradients_of(&unroll_recomputed, tested);
    EXPECT_TRUE(torch::equal(plain.predictions, recomputed.predictions));
    ASSERT_EQ(plain.of_weights.size(), recomputed.of_weights.size());
    for (size_t i = 0; i < plain.of_weights.size(); ++i) {
      ASSERT_TRUE(plain.of_weights[i].defined());
      const double largest = plain.of_weights[i].abs().max().item<double>();
      EXPECT_GT(largest, 0);
      EXPECT_LE((plain.of_weights[i] - recomputed.of_weights[i]).abs().max().item<double>(),
                2e-6 * largest)
          << i;
    }
  }
}

TEST(RecomputedUnroll, AddsToGradientsThatAreThere) {
  auto generator = test::random_generator(test::small_config());
  generator->train();
  const auto frames = torch::rand({1, 4, 12, 16, 24});
  const auto run = [&] { unroll_recomputed(generator, frames, 2).square().sum().backward(); };
  run();
  const auto once = generator->parameters().front().grad().clone();
  run();
  EXPECT_TRUE(torch::allclose(generator->parameters().front().grad(), 2 * once));
}

}  // namespace
}  // namespace stip
