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

TEST(Trainer, CountsDetailByItsWeight) {
  const auto objective = [](double detail) {
    TrainerOptions with = options();
    with.step.weights = {0, 0, detail};
    return Trainer(with).run(Clips(0).batch).losses.objective;
  };
  const double without = objective(0), half = objective(0.5), whole = objective(1);
  EXPECT_GT(half, without + 0.01);
  EXPECT_NEAR(whole - without, 2 * (half - without), 1e-5);
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

TEST(Trainer, KeepsPicturesInOrdinaryMemoryOnTheCpu) {
  EXPECT_EQ(Trainer(options()).picture_memory(), std::pmr::get_default_resource());
}

// The largest difference of any tensor of two checkpoints (iterations and optimizers included), in
// parts of that tensor's largest value.
double difference_of_checkpoints(const std::string& a, const std::string& b) {
  SafetensorsReader fa(a), fb(b);
  EXPECT_EQ(fa.tensors().size(), fb.tensors().size());
  double worst = 0;
  for (const auto& [name, entry] : fa.tensors()) {
    const auto va = read_tensor(fa, name).to(torch::kFloat64);
    const auto vb = read_tensor(fb, name).to(torch::kFloat64);
    const double scale = va.abs().max().item<double>() + 1e-12;
    worst = std::max(worst, (va - vb).abs().max().item<double>() / scale);
  }
  return worst;
}

// Both networks, both optimizers, clipping, scheduled sampling: 4 x 1 and 2 x 2 clips against 4.
// Adam's first step is the gradient's sign times the rate, so where a gradient is nothing but
// rounding the weights may differ: the gradients' means are what tells.
TEST(Trainer, AccumulatesToOneLargeBatch) {
  for (const bool relative : {false, true}) {
    const TemporaryFolder folder;
    const auto checkpoint_of = [&](int accumulate) {
      TrainerOptions accumulated = options();
      accumulated.accumulate = accumulate;
      accumulated.step.gradient_clip = 0.01;
      if (relative) accumulated.step.frame_loss = FrameLoss::kRelative;
      Trainer trainer(accumulated);
      const Clips clips(3, 4);
      const Trainer::Report report = trainer.run(clips.batch);
      trainer.save_checkpoint(folder.file(std::to_string(accumulate)));
      return report.losses;
    };
    const StepLosses whole = checkpoint_of(1);
    EXPECT_GT(whole.gradient_norm, 0.01);  // so that clipping took part
    for (const int parts : {2, 4}) {
      const StepLosses found = checkpoint_of(parts);
      EXPECT_NEAR(found.frame, whole.frame, 1e-6);
      EXPECT_NEAR(found.objective, whole.objective, 1e-5);
      EXPECT_NEAR(found.perceptual, whole.perceptual, 1e-5);
      EXPECT_NEAR(found.adversarial, whole.adversarial, 1e-5);
      EXPECT_NEAR(found.discriminator, whole.discriminator, 1e-5);
      EXPECT_NEAR(found.probability_true, whole.probability_true, 1e-6);
      EXPECT_NEAR(found.gradient_norm, whole.gradient_norm, 1e-4 * whole.gradient_norm);
      SafetensorsReader a(folder.file("1")), b(folder.file(std::to_string(parts)));
      int compared = 0;
      for (const auto& [name, entry] : a.tensors()) {
        if (name.rfind("adam.mean.", 0) != 0) continue;
        const auto expected = read_tensor(a, name);
        const double scale = expected.abs().max().item<double>();
        EXPECT_LE((read_tensor(b, name) - expected).abs().max().item<double>(), 1e-4 * scale + 1e-9)
            << name << " in " << parts << " parts";
        ++compared;
      }
      EXPECT_GT(compared, 30);
    }
  }
}

TEST(Trainer, RefusesPartsThatAreNotEqual) {
  TrainerOptions accumulated = options();
  accumulated.accumulate = 2;
  Trainer trainer(accumulated);
  EXPECT_STIP_ERROR(trainer.run(Clips(0, 3).batch), ErrorCode::kInvalidArgument, "2 equal parts");
}

// Recomputing changes memory, not training.
void expect_same_when_recomputed(TrainerOptions options, int iterations) {
  const TemporaryFolder folder;
  for (const bool recompute : {false, true}) {
    options.step.recompute = recompute;
    Trainer trainer(options);
    train(trainer, iterations);
    trainer.save_checkpoint(folder.file(recompute ? "recomputed" : "plain"));
  }
  EXPECT_TRUE(read_bytes(folder.file("plain")) == read_bytes(folder.file("recomputed")));
  EXPECT_LE(difference_of_checkpoints(folder.file("plain"), folder.file("recomputed")), 1e-9);
}

TEST(Trainer, TrainsTheSameWhenItRecomputes) { expect_same_when_recomputed(options(), 4); }

TrainerOptions channels_last_options() {
  TrainerOptions last = options();
  last.channels_last = ChannelsLast::kOn;
  return last;
}

// Another order in memory is the same training: both networks, both optimizers, average.
TEST(ChannelsLastTraining, IsTheSameUpToRounding) {
  bool differ = false;
  for (const Norm norm : {Norm::kChannel, Norm::kLayer}) {
    TrainerOptions plain_options = options(), last_options = channels_last_options();
    plain_options.model.norm = last_options.model.norm = norm;
    Trainer plain(plain_options), last(last_options);
    for (int i = 0; i < 2; ++i) {
      const StepLosses a = plain.run(Clips(i).batch).losses, b = last.run(Clips(i).batch).losses;
      EXPECT_NEAR(b.frame, a.frame, 1e-4 * a.frame);
      EXPECT_NEAR(b.perceptual, a.perceptual, 1e-3 * a.perceptual);
      EXPECT_NEAR(b.discriminator, a.discriminator, 1e-4 * a.discriminator);
      EXPECT_NEAR(b.gradient_norm, a.gradient_norm, 1e-3 * a.gradient_norm);
      differ |= b.gradient_norm != a.gradient_norm || b.perceptual != a.perceptual;
    }
  }
  EXPECT_TRUE(differ) << "the order in memory changed nothing at all";
}

TEST(ChannelsLastTraining, ResumesAndRecomputesExactly) {
  for (const bool mixed : {false, true}) {
    const TemporaryFolder folder;
    TrainerOptions last = channels_last_options();
    last.step.mixed = mixed;
    expect_same_when_recomputed(last, 3);
    Trainer whole(last);
    train(whole, 5);
    whole.save_checkpoint(folder.file("whole"));
    {
      Trainer first(last);
      train(first, 2);
      first.save_checkpoint(folder.file("part"));
    }
    Trainer second(last);
    second.load_checkpoint(folder.file("part"));
    train(second, 5);
    second.save_checkpoint(folder.file("resumed"));
    EXPECT_TRUE(read_bytes(folder.file("whole")) == read_bytes(folder.file("resumed")));
  }
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

TrainerOptions mixed_options() {
  TrainerOptions mixed = options();
  mixed.step.mixed = true;
  return mixed;
}

// Other numbers, but the same training: both networks, all terms.
TEST(MixedPrecision, LearnsWhatSingleDoes) {
  Trainer single(options()), mixed(mixed_options());
  const StepLosses a = single.run(Clips(0).batch).losses, b = mixed.run(Clips(0).batch).losses;
  EXPECT_NE(a.frame, b.frame);
  EXPECT_NEAR(b.frame, a.frame, 0.01 * a.frame);
  EXPECT_NEAR(b.perceptual, a.perceptual, 0.05 * a.perceptual);
  EXPECT_NEAR(b.adversarial, a.adversarial, 0.01 * a.adversarial);
  EXPECT_NEAR(b.discriminator, a.discriminator, 0.01 * a.discriminator);
  EXPECT_NEAR(b.gradient_norm, a.gradient_norm, 0.05 * a.gradient_norm);
  const double after = train(single, 25);
  EXPECT_LT(after, 0.8 * a.frame);
  EXPECT_NEAR(train(mixed, 25), after, 0.1 * after);
}

TEST(MixedPrecision, KeepsSinglePrecisionWeightsAndResumesExactly) {
  const TemporaryFolder folder;
  Trainer whole(mixed_options());
  train(whole, 6);
  whole.save_checkpoint(folder.file("whole"));
  const SafetensorsReader saved(folder.file("whole"));
  for (const auto& [name, entry] : saved.tensors()) {
    EXPECT_TRUE(entry.dtype == "F32" || entry.dtype == "I64") << name;
  }
  {
    Trainer first(mixed_options());
    train(first, 3);
    first.save_checkpoint(folder.file("part"));
  }
  Trainer second(mixed_options());
  second.load_checkpoint(folder.file("part"));
  train(second, 6);
  second.save_checkpoint(folder.file("resumed"));
  EXPECT_TRUE(read_bytes(folder.file("whole")) == read_bytes(folder.file("resumed")));
}

// Steps that a backward pass runs once more are mixed as they were.
TEST(MixedPrecision, RecomputesTheSameNumbers) { expect_same_when_recomputed(mixed_options(), 3); }

TEST(MixedPrecision, TrainsNetworksOfOutputMotion) {
  const auto run = [](bool mixed) {
    TrainerOptions motion = options();
    motion.model.patch = 4;
    motion.model.levels = 1;
    motion.model.clip = 1;
    motion.model.output = Output::kMotion;
    motion.sampling = {0, 0};
    motion.reverse_sampling = {};
    motion.step.weights = {0, 0};
    motion.step.frame_loss = FrameLoss::kDecibels;
    motion.step.first = 2;
    motion.step.mixed = mixed;
    Trainer trainer(motion);
    std::vector<StepLosses> losses;
    for (int i = 0; i < 3; ++i) losses.push_back(trainer.run(Clips(i).batch).losses);
    return losses;
  };
  const auto single = run(false), mixed = run(true);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(mixed[i].frame, single[i].frame, 0.01 * single[i].frame) << i;
    EXPECT_NEAR(mixed[i].gradient_norm, single[i].gradient_norm, 0.1 * single[i].gradient_norm);
  }
  EXPECT_NE(mixed[2].frame, single[2].frame);
}

TEST(TrainerDevice, RefusesOneThatIsNotThere) {
  TrainerOptions elsewhere = options();
  elsewhere.device = {DeviceName::Kind::kCuda, 63};
  EXPECT_STIP_ERROR(Trainer{elsewhere}, ErrorCode::kNoDevice, "cuda:63");
}

}  // namespace
}  // namespace stip
