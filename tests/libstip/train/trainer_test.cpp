#include "train/trainer.h"

#include "io/model_weights.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/small_networks.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::Picture;
using test::read_bytes;
using test::small_channel_config;
using test::TemporaryFolder;

TrainerOptions options() {
  TrainerOptions result;
  result.model = small_channel_config();
  result.discriminator.hidden = 8;
  result.step.context = 3;
  result.step.generator_rate = 2e-3;
  result.average = 0.9;
  result.sampling = {100, 0.02};
  result.reverse_sampling = {true, 2, 8, 3};
  result.threads = 1;
  return result;
}

// Clips of a square that moves to the right.
struct Clips {
  std::vector<std::vector<std::uint8_t>> pixels;
  PictureBatch batch;

  explicit Clips(int iteration, int count = 2, int frames = 6) {
    for (int i = 0; i < count; ++i) {
      std::vector<std::uint8_t> clip;
      for (int t = 0; t < frames; ++t) {
        const auto picture = Picture::moving(48, 32, (3 * iteration + 7 * i) % 20 + 2 * t);
        clip.insert(clip.end(), picture.pixels.begin(), picture.pixels.end());
      }
      pixels.push_back(std::move(clip));
    }
    for (const auto& clip : pixels) batch.samples.push_back(clip.data());
    batch.frames = frames;
    batch.height = 32;
    batch.width = 48;
  }
};

double train(Trainer& trainer, int until) {
  double loss = 0;
  while (trainer.iteration() < until) {
    loss = trainer.run(Clips(static_cast<int>(trainer.iteration())).batch).losses.frame;
  }
  return loss;
}

TEST(Trainer, LearnsWhatMoves) {
  TrainerOptions relative = options();
  relative.step.weights = {0, 0};
  relative.step.frame_loss = FrameLoss::kRelative;
  relative.start = StartingWeights::kStill;
  relative.step.first = 2;
  Trainer trainer(relative);
  const double first = trainer.run(Clips(0).batch).losses.objective;
  double last = 0;
  for (int i = 0; i < 60; ++i) last = trainer.run(Clips(i).batch).losses.objective;
  EXPECT_LT(last, 0.8 * first);
}

// With everything on: both optimizers, average, sampling, schedules.
TEST(Trainer, ResumesExactly) {
  const TemporaryFolder folder;
  Trainer whole(options());
  train(whole, 9);
  whole.save_checkpoint(folder.file("whole"));
  {
    Trainer first(options());
    train(first, 4);
    first.save_checkpoint(folder.file("part"));
  }
  Trainer second(options());
  second.load_checkpoint(folder.file("part"));
  EXPECT_EQ(second.iteration(), 4);
  train(second, 9);
  second.save_checkpoint(folder.file("resumed"));
  EXPECT_EQ(read_bytes(folder.file("whole")), read_bytes(folder.file("resumed")));
}

TEST(Trainer, DependsOnTheSeed) {
  const TemporaryFolder folder;
  TrainerOptions other = options();
  other.seed = 2;
  Trainer a(options()), b(other);
  a.save_checkpoint(folder.file("a"));
  b.save_checkpoint(folder.file("b"));
  EXPECT_NE(read_bytes(folder.file("a")), read_bytes(folder.file("b")));
}

TEST(Trainer, RefusesACheckpointOfAnotherNetwork) {
  const TemporaryFolder folder;
  Trainer(options()).save_checkpoint(folder.file("a"));
  TrainerOptions other = options();
  other.model.hidden = 12;
  Trainer trainer(other);
  EXPECT_STIP_ERROR(trainer.load_checkpoint(folder.file("a")), ErrorCode::kWrongKind,
                    "another network's");
  TrainerOptions same_shapes = options();
  same_shapes.model.recall = 5;
  Trainer changed(same_shapes);
  EXPECT_STIP_ERROR(changed.load_checkpoint(folder.file("a")), ErrorCode::kWrongKind,
                    "model section differs");
  test::save_random_model(folder.file("m"), small_channel_config());
  Trainer same(options());
  EXPECT_STIP_ERROR(same.load_checkpoint(folder.file("m")), ErrorCode::kWrongKind,
                    "not a training checkpoint");
}

TEST(Trainer, StopsBeforeAStepWhenTheLossIsNoNumber) {
  TrainerOptions wild = options();
  wild.step.generator_rate = 1e30;
  wild.step.weights = {0, 0};
  wild.average = 0;
  Trainer trainer(wild);
  const auto run = [&] {
    for (int i = 0; i < 10; ++i) trainer.run(Clips(i).batch);
  };
  EXPECT_STIP_ERROR(run(), ErrorCode::kFailed, "learning rate");
}

TEST(Trainer, NeverSavesWeightsThatAreNoNumbers) {
  // A rate at which the loss may stay finite while gradients do not: whatever happens, the last
  // checkpoint holds numbers only.
  const TemporaryFolder folder;
  TrainerOptions wild = options();
  wild.step.generator_rate = 10;
  wild.step.weights = {0, 0};
  Trainer trainer(wild);
  try {
    for (int i = 0; i < 40; ++i) {
      trainer.run(Clips(i).batch);
      trainer.save_checkpoint(folder.file("last"));
    }
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kFailed);
  }
  SafetensorsReader last(folder.file("last"));
  for (const auto& [name, entry] : last.tensors()) {
    EXPECT_TRUE(torch::isfinite(read_tensor(last, name)).all().item<bool>()) << name;
  }
}

TEST(Trainer, KeepsItsCallersFacts) {
  const TemporaryFolder folder;
  Trainer(options()).save_checkpoint(folder.file("a"), {{"best", "31.5"}});
  Trainer trainer(options());
  EXPECT_EQ(trainer.load_checkpoint(folder.file("a")).at("best"), "31.5");
}

TEST(Trainer, FineTunesAModelOfTheSameConfigurationOnly) {
  const TemporaryFolder folder;
  test::save_random_model(folder.file("m"), small_channel_config(), 7);
  TrainerOptions other_size = options();
  other_size.model = other_size.model.with_size(16, 16);  // channel norm: the size may differ
  Trainer trainer(other_size);
  trainer.start_from(folder.file("m"));
  trainer.save_model(folder.file("n"), {other_size.model, "", ""});
  auto a = load_model_file(folder.file("m")), b = load_model_file(folder.file("n"));
  for (size_t i = 0; i < a.generator->parameters().size(); ++i) {
    EXPECT_TRUE(torch::equal(a.generator->parameters()[i], b.generator->parameters()[i]));
  }
  TrainerOptions deeper = options();
  deeper.model.layers = 3;
  Trainer other(deeper);
  EXPECT_STIP_ERROR(other.start_from(folder.file("m")), ErrorCode::kInvalidArgument,
                    "another configuration");
}

TEST(Trainer, FreezesTheDiscriminatorInTheGeneratorsStep) {
  // Alg. 1: the generator's step leaves no trace on D. Two runs that differ in the generator's loss
  // weights only must have the same D after one iteration.
  const TemporaryFolder folder;
  TrainerOptions a = options(), b = options();
  b.step.weights = {0.5, 0.5};
  Trainer ta(a), tb(b);
  ta.run(Clips(0).batch);
  tb.run(Clips(0).batch);
  ta.save_checkpoint(folder.file("a"));
  tb.save_checkpoint(folder.file("b"));
  SafetensorsReader fa(folder.file("a")), fb(folder.file("b"));
  int compared = 0;
  for (const auto& [name, entry] : fa.tensors()) {
    if (name.rfind("discriminator.", 0) != 0) continue;
    EXPECT_TRUE(torch::equal(read_tensor(fa, name), read_tensor(fb, name))) << name;
    ++compared;
  }
  EXPECT_GT(compared, 4);
}

}  // namespace
}  // namespace stip
