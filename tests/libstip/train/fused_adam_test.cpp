#include "train/fused_adam.h"

#include <gtest/gtest.h>

namespace stip {
namespace {

using Tensors = std::vector<torch::Tensor>;

// Sizes with and without a rest beyond whole vectors, more than one thread's share, and one that
// never gets a gradient.
Tensors random_parameters() {
  torch::manual_seed(3);
  Tensors result = {torch::randn({1}), torch::randn({16, 4, 3, 3}), torch::randn({7, 5}),
                    torch::randn({40000}), torch::randn({3})};
  for (auto& parameter : result) parameter.set_requires_grad(true);
  return result;
}

void set_gradients(Tensors& parameters, int step) {
  torch::manual_seed(static_cast<std::uint64_t>(100 + step));
  for (std::size_t i = 0; i + 1 < parameters.size(); ++i) {
    // Each of another size, from one step to the next too: the moments' shares show.
    parameters[i].mutable_grad() =
        torch::randn_like(parameters[i]) * std::pow(10.0, int(i + std::size_t(step)) % 4 - 2);
  }
}

void set_rate(torch::optim::Adam& optimizer, double rate) {
  static_cast<torch::optim::AdamOptions&>(optimizer.param_groups()[0].options()).lr(rate);
}

void expect_near(const torch::Tensor& found, const torch::Tensor& expected) {
  const torch::NoGradGuard no_grad;
  const double scale = expected.abs().max().item<double>();
  EXPECT_LE((found - expected).abs().max().item<double>(), 1e-6 * scale);
}

torch::optim::AdamParamState& state_of(torch::optim::Adam& optimizer, const torch::Tensor& of) {
  return static_cast<torch::optim::AdamParamState&>(
      *optimizer.state().at(of.unsafeGetTensorImpl()));
}

TEST(FusedAdam, StepsAsTorchsAdamDoes) {
  Tensors mine = random_parameters(), theirs = random_parameters();
  FusedAdam fused(mine, torch::optim::AdamOptions(0.01));
  torch::optim::Adam plain(theirs, torch::optim::AdamOptions(0.01));
  for (int step = 0; step < 12; ++step) {
    set_gradients(mine, step);
    set_gradients(theirs, step);
    for (torch::optim::Adam* each : {static_cast<torch::optim::Adam*>(&fused), &plain}) {
      set_rate(*each, step < 6 ? 0.01 : 0.002);
      each->step();
    }
  }
  for (std::size_t i = 0; i + 1 < mine.size(); ++i) {
    SCOPED_TRACE(i);
    expect_near(mine[i], theirs[i]);
    const auto &a = state_of(fused, mine[i]), &b = state_of(plain, theirs[i]);
    EXPECT_EQ(a.step(), 12);
    expect_near(a.exp_avg(), b.exp_avg());
    expect_near(a.exp_avg_sq(), b.exp_avg_sq());
  }
  EXPECT_FALSE(fused.has_state_of(mine.back()));
  EXPECT_TRUE(torch::equal(mine.back(), theirs.back()));
}

// As a checkpoint may give: one parameter began later than the others.
TEST(FusedAdam, CountsTheStepsOfEachParameter) {
  Tensors mine = random_parameters(), theirs = random_parameters();
  FusedAdam fused(mine, torch::optim::AdamOptions(0.01));
  torch::optim::Adam plain(theirs, torch::optim::AdamOptions(0.01));
  for (int step = 0; step < 4; ++step) {
    for (Tensors* each : {&mine, &theirs}) {
      set_gradients(*each, step);
      if (step < 2) (*each)[1].mutable_grad() = torch::Tensor();
    }
    fused.step();
    plain.step();
  }
  EXPECT_EQ(state_of(fused, mine[0]).step(), 4);
  EXPECT_EQ(state_of(fused, mine[1]).step(), 2);
  expect_near(mine[0], theirs[0]);
  expect_near(mine[1], theirs[1]);
}

TEST(FusedAdam, TakesGradientsInAnyOrderOfMemory) {
  for (const bool weights_too : {false, true}) {
    Tensors mine = {torch::randn({6, 5, 3, 3})}, theirs = {mine[0].clone()};
    if (weights_too) mine[0] = mine[0].contiguous(torch::MemoryFormat::ChannelsLast);
    mine[0].set_requires_grad(true);
    theirs[0].set_requires_grad(true);
    FusedAdam fused(mine);
    torch::optim::Adam plain(theirs);
    const auto gradient = torch::randn({6, 5, 3, 3});
    for (int step = 0; step < 3; ++step) {
      mine[0].mutable_grad() =
          weights_too ? gradient.clone() : gradient.contiguous(torch::MemoryFormat::ChannelsLast);
      theirs[0].mutable_grad() = gradient.clone();
      fused.step();
      plain.step();
    }
    expect_near(mine[0], theirs[0]);
  }
}

}  // namespace
}  // namespace stip
