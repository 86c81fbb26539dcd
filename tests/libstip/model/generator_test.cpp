#include "model/generator.h"

#include "io/release_names.h"
#include "model/parameter_table.h"
#include "model/unroll.h"
#include "support/expect_error.h"
#include "support/small_networks.h"

namespace stip {
namespace {

using test::random_generator;
using test::small_channel_config;
using test::small_config;

std::vector<ModelConfig> switches() {
  std::vector<ModelConfig> configs(7, small_config());
  configs[1].norm = Norm::kChannel;
  configs[2].encoder = EncoderKind::kSingle;
  configs[3].clip = 1;
  configs[4].clip = 3;
  configs[5].output = Output::kResidual;
  configs[6].recall = 0;
  return configs;
}

// The table is what files are checked against before a network is built: it must not drift from it.
TEST(Generator, HasExactlyTheTablesParameters) {
  for (const ModelConfig& config : switches()) {
    std::map<std::string, std::vector<std::int64_t>> expected, found;
    for (const auto& entry : parameter_table(config)) expected[entry.name] = entry.shape;
    for (const auto& parameter : Generator(config)->named_parameters()) {
      found[release_generator_name(parameter.key())] = parameter.value().sizes().vec();
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(Generator, PredictsFramesOfTheInputsShapeWithEverySwitch) {
  const torch::NoGradGuard no_grad;
  for (const ModelConfig& config : switches()) {
    auto generator = random_generator(config);
    const auto frames =
        torch::rand({2, 5, config.frame_channels(), config.grid_height(), config.grid_width()});
    const auto predictions = unroll(generator, frames, 3);
    EXPECT_EQ(predictions.sizes(), frames.slice(1, 1).sizes());
    EXPECT_TRUE(torch::isfinite(predictions).all().item<bool>());
    EXPECT_GT(predictions.std().item<double>(), 0);
  }
}

// Reverse scheduled sampling: a context step that is not fed the truth gets what was predicted.
TEST(Generator, FeedsPredictionsInsideTheContextWhereTheMaskSaysSo) {
  const torch::NoGradGuard no_grad;
  const ModelConfig config = small_config();
  auto generator = random_generator(config);
  const auto frames =
      torch::rand({2, 5, config.frame_channels(), config.grid_height(), config.grid_width()});
  const auto plain = unroll(generator, frames, 3);
  EXPECT_TRUE(torch::equal(unroll(generator, frames, 3, {}, 0, torch::ones({2, 2})), plain));
  auto mask = torch::ones({2, 2});
  mask[1][0] = 0;  // sample 1, step 1
  const auto fed_back = unroll(generator, frames, 3, {}, 0, mask);
  EXPECT_TRUE(torch::equal(fed_back[0], plain[0]));
  auto replaced = frames.clone();
  replaced[1][1] = plain[1][0];
  EXPECT_TRUE(torch::equal(fed_back[1], unroll(generator, replaced, 3)[1]));
  EXPECT_FALSE(torch::equal(fed_back[1], plain[1]));
  // Steps before the first that counts are decoded then, too.
  EXPECT_TRUE(torch::equal(unroll(generator, frames, 3, {}, 2, mask), fed_back.slice(1, 2)));
}

TEST(Generator, RunsAtAnySizeWithChannelNorm) {
  const torch::NoGradGuard no_grad;
  auto generator = random_generator(small_channel_config());
  for (const auto& [height, width] : {std::pair{8, 8}, {8, 40}, {56, 24}}) {
    GeneratorState state;
    const auto frame = torch::rand({1, 12, height / 2, width / 2});
    EXPECT_EQ(generator->forward(frame, state).sizes(), frame.sizes());
  }
}

TEST(Generator, KeepsItsStateApart) {
  const torch::NoGradGuard no_grad;
  auto generator = random_generator(small_config());
  const auto a = torch::rand({1, 12, 16, 24}), b = torch::rand({1, 12, 16, 24});
  GeneratorState first, second;
  generator->forward(a, first);
  generator->forward(b, second);
  GeneratorState copy = first;
  const auto on_copy = generator->forward(b, copy);
  EXPECT_TRUE(torch::equal(generator->forward(b, first), on_copy));
  EXPECT_FALSE(torch::equal(generator->forward(b, second), on_copy));
}

TEST(Generator, SeesAsManyFramesAsItsClipSays) {
  const torch::NoGradGuard no_grad;
  ModelConfig config = small_config();
  config.clip = 3;
  auto generator = random_generator(config);
  const auto frames = torch::rand({3, 1, 12, 16, 24});
  // Same temporal memory, another frame two steps back: only a clip of three can tell.
  GeneratorState state;
  for (int t = 0; t < 2; ++t) generator->forward(frames[t], state);
  GeneratorState other = state;
  other.inputs[0] = torch::rand({1, 12, 16, 24});
  EXPECT_FALSE(
      torch::equal(generator->forward(frames[2], state), generator->forward(frames[2], other)));
}

TEST(Generator, StartsAsCopyLastWhenItStartsStill) {
  const torch::NoGradGuard no_grad;
  auto generator = random_generator(small_channel_config());
  generator->start_still();
  const auto frames = torch::rand({1, 6, 12, 16, 24});
  const auto predictions = unroll(generator, frames, 3);
  EXPECT_TRUE(torch::equal(predictions.slice(1, 0, 3), frames.slice(1, 0, 3)));
  EXPECT_TRUE(torch::equal(predictions[0][4], frames[0][2]));
}

// Training folds the network's linear end; its numbers and gradients are the plain ones.
TEST(Generator, TrainsOnTheNumbersThatItPredicts) {
  for (const ModelConfig& config : switches()) {
    auto generator = random_generator(config);
    const auto frames = torch::rand({2, 5, 12, 16, 24});
    const auto run = [&](bool training) {
      generator->train(training);
      generator->zero_grad();
      const auto predictions = unroll(generator, frames, 3);
      torch::mse_loss(predictions, frames.slice(1, 1)).backward();
      std::vector<torch::Tensor> all = {predictions.detach()};
      for (const auto& parameter : generator->parameters()) all.push_back(parameter.grad().clone());
      return all;
    };
    const auto plain = run(false), folded = run(true);
    for (size_t i = 0; i < plain.size(); ++i) {
      EXPECT_LE((plain[i] - folded[i]).abs().max().item<double>(),
                1e-5 * plain[i].abs().max().item<double>() + 1e-7)
          << i;
    }
  }
}

TEST(Unroll, RefusesWhatCannotBeUnrolled) {
  auto generator = random_generator(small_config());
  const auto frames = torch::rand({1, 4, 12, 16, 24});
  EXPECT_STIP_ERROR(unroll(generator, frames, 4), ErrorCode::kInvalidArgument, "context 4");
  EXPECT_STIP_ERROR(unroll(generator, frames, 0), ErrorCode::kInvalidArgument, "context 0");
  EXPECT_STIP_ERROR(unroll(generator, frames.slice(1, 0, 1), 1), ErrorCode::kInvalidArgument,
                    "1 frames");
  EXPECT_STIP_ERROR(unroll(generator, frames, 2, {}, 2), ErrorCode::kInvalidArgument, "0 to 1");
}

TEST(Unroll, DecodesTheSameWhenEarlyStepsAreLeftOut) {
  const torch::NoGradGuard no_grad;
  auto generator = random_generator(small_config());
  const auto frames = torch::rand({1, 6, 12, 16, 24});
  EXPECT_TRUE(
      torch::equal(unroll(generator, frames, 3, {}, 2), unroll(generator, frames, 3).slice(1, 2)));
}

}  // namespace
}  // namespace stip
