// The proof that this is the STIP network: numbers computed with the released code.
#include <gtest/gtest.h>

#include <cstdlib>

#include "model/unroll.h"
#include "objective/losses.h"
#include "ops/patching.h"
#include "support/parity_case.h"
#include "train/train_step.h"

namespace stip {
namespace {

using test::load_parity_case;
using test::ParityCase;

// The bound: 1e-5 of the largest output, plus 1e-6.
void expect_close(const torch::Tensor& found, const torch::Tensor& expected,
                  double relative = 1e-5) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  const double bound = relative * expected.abs().max().item<double>() + 1e-6;
  EXPECT_LE((found - expected).abs().max().item<double>(), bound);
}

class Parity : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto slash = GetParam().rfind('/');
    case_ = slash == std::string::npos
                ? load_parity_case(GetParam(), STIP_PARITY_DIR)
                : load_parity_case(GetParam().substr(slash + 1), GetParam().substr(0, slash));
  }
  const torch::Tensor& expected(const std::string& name) { return case_.tensors.at(name); }

  ParityCase case_;
};

TEST_P(Parity, PatchesPicturesAsTheReleaseDoes) {
  const auto patched =
      to_patches(expected("frames_u8").to(torch::kFloat32) / 255, case_.config.patch);
  EXPECT_TRUE(torch::equal(patched, expected("input")));
  EXPECT_TRUE(torch::equal(from_patches(patched, case_.config.patch) * 255,
                           expected("frames_u8").to(torch::kFloat32)));
}

TEST_P(Parity, PredictsTheReleasesFrames) {
  const torch::NoGradGuard no_grad;
  auto generator = case_.generator();
  expect_close(unroll(generator, expected("input"), case_.config.context), expected("output"));
}

TEST_P(Parity, FollowsTeacherForcing) {
  const torch::NoGradGuard no_grad;
  auto generator = case_.generator();
  auto mask = torch::zeros({expected("input").size(0), case_.total - 1 - case_.config.context});
  mask.select(1, 0).fill_(1);
  expect_close(unroll(generator, expected("input"), case_.config.context, mask),
               expected("output_teacher_forced_first"));
}

TEST_P(Parity, HasTheReleasesFeaturesAndGates) {
  const torch::NoGradGuard no_grad;
  auto generator = case_.generator();
  const auto input = expected("input");
  std::vector<torch::Tensor> found[4];
  GeneratorState state;
  torch::Tensor prediction;
  for (int64_t t = 0; t < case_.total - 1; ++t) {
    StepTrace trace;
    const auto frame = t < case_.config.context ? input.select(1, t) : prediction;
    prediction = generator->forward(frame, state, &trace);
    found[0].push_back(trace.temporal_feature);
    found[1].push_back(trace.spatial_feature);
    found[2].push_back(trace.layers[1].trend_gate);
    found[3].push_back(trace.layers[1].update_gate);
  }
  for (int i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    expect_close(torch::stack(found[i], 1).permute({0, 1, 3, 4, 2}),
                 expected("features_t_s_r_z").select(0, i));
  }
}

TEST_P(Parity, JudgesAsTheReleasesDiscriminator) {
  const torch::NoGradGuard no_grad;
  auto discriminator = case_.make_discriminator();
  const auto input = expected("input");
  const auto judged = discriminator->forward(input.flatten(0, 1));
  expect_close(judged.features.view({input.size(0), case_.total, -1}), expected("d_features"));
  expect_close(sequence_probability(judged.probability, input.size(0)), expected("d_probability"));
}

TEST_P(Parity, TrainsAsTheReleasesRule) {
  auto generator = case_.generator();
  generator->train();
  TrainStepOptions options;
  options.context = case_.config.context;
  options.weights = {case_.training.at("lambda_lp"), case_.training.at("lambda_adv")};
  options.generator_rate = case_.training.at("lr");
  options.discriminator_rate = case_.training.at("lr_d");
  TrainStep step(generator, case_.make_discriminator(), options);
  const auto input = expected("input");
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    auto mask = torch::zeros({input.size(0), case_.total - 1 - case_.config.context});
    if (i == 0 && case_.training.at("teacher_forced_first_in_iteration_0").get<bool>()) {
      mask.select(1, 0).fill_(1);
    }
    const StepLosses losses = step.run({input, mask, {}});
    const auto& reference = case_.training.at("losses").at(static_cast<size_t>(i));
    EXPECT_NEAR(losses.frame, reference.at("l2").get<double>(),
                1e-3 * reference.at("l2").get<double>());
    EXPECT_NEAR(losses.perceptual, reference.at("lp").get<double>(), 1e-3);
    EXPECT_NEAR(losses.adversarial, reference.at("adv").get<double>(), 1e-3);
    EXPECT_NEAR(losses.discriminator, reference.at("d").get<double>(), 1e-3);
  }
  const torch::NoGradGuard no_grad;
  expect_close(unroll(generator, input, case_.config.context),
               expected("output_after_3_iterations"), 1e-3);
}

// The cases in tests/data, and one more in the same format if STIP_PARITY_CASE=FOLDER/NAME is set.
std::vector<std::string> parity_cases() {
  std::vector<std::string> cases = {"tiny", "pair"};
  if (const char* more = std::getenv("STIP_PARITY_CASE"); more != nullptr) cases.push_back(more);
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Release, Parity, testing::ValuesIn(parity_cases()),
                         [](const auto& tested) {
                           return tested.param.substr(tested.param.rfind('/') + 1);
                         });

}  // namespace
}  // namespace stip
