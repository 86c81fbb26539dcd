// Training on a GPU beside the same training on the CPU. Without a GPU the CPU stands beside
// itself, which keeps these tests honest, and those on the GPU say that they are skipped.
#include "base/torch_device.h"
#include "support/pictures.h"
#include "support/small_networks.h"
#include "support/temporary_folder.h"
#include "train/trainer.h"

namespace stip {
namespace {

class TrainOnDevice : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    on_gpu_ = std::string(GetParam()) == "cuda";
    if (on_gpu_ && !resolve_device({}).is_cuda()) GTEST_SKIP() << "no GPU that torch can use";
    at::globalContext().setDeterministicCuDNN(true);
  }

  TrainerOptions options(bool there) const {
    TrainerOptions result;
    result.model = test::small_channel_config();
    result.discriminator.hidden = 8;
    result.step.context = 3;
    result.step.generator_rate = 2e-3;
    result.average = 0.9;
    result.threads = 1;
    if (there && on_gpu_) result.device = {DeviceName::Kind::kCuda};
    return result;
  }

  static Trainer::Report iterate(Trainer& trainer, int iteration) {
    std::vector<std::uint8_t> clip;
    for (int t = 0; t < 6; ++t) {
      const auto picture = test::Picture::moving(48, 32, 3 * iteration % 20 + 2 * t);
      clip.insert(clip.end(), picture.pixels.begin(), picture.pixels.end());
    }
    // As the loader does it: where the device copies from while the program goes on.
    std::pmr::vector<std::uint8_t> pixels(clip.begin(), clip.end(), trainer.picture_memory());
    PictureBatch batch;
    batch.samples = {pixels.data(), pixels.data()};
    batch.frames = 6;
    batch.height = 32;
    batch.width = 48;
    return trainer.run(batch);
  }

  bool on_gpu_ = false;
};

TEST_P(TrainOnDevice, IterationsAreThoseOfTheCpu) {
  Trainer here(options(false)), there(options(true));
  EXPECT_EQ(there.device().substr(0, 4), on_gpu_ ? "cuda" : "cpu");
  for (int i = 0; i < 5; ++i) {
    const StepLosses a = iterate(here, i).losses, b = iterate(there, i).losses;
    // Adam's first steps are nearly of one length, whatever the gradient: where it is all but
    // nothing, another order of sums may turn a step round.
    const double most = i == 0 ? 1e-4 : 1e-2;
    EXPECT_NEAR(b.frame, a.frame, most * a.frame) << i;
    EXPECT_NEAR(b.perceptual, a.perceptual, 10 * most * a.perceptual + 1e-6) << i;
    EXPECT_NEAR(b.discriminator, a.discriminator, most * a.discriminator) << i;
  }
}

TEST_P(TrainOnDevice, LearnsInMixedPrecision) {
  TrainerOptions mixed = options(true);
  mixed.step.mixed = true;
  mixed.step.weights = {0, 0};
  Trainer trainer(mixed);
  const double first = iterate(trainer, 0).losses.frame;
  double last = 0;
  for (int i = 0; i < 40; ++i) last = iterate(trainer, i).losses.frame;
  EXPECT_LT(last, 0.7 * first);
}

TEST_P(TrainOnDevice, GoesOnFromACheckpoint) {
  const test::TemporaryFolder folder;
  Trainer whole(options(true));
  for (int i = 0; i < 3; ++i) iterate(whole, i);
  whole.save_checkpoint(folder.file("part"));
  Trainer resumed(options(true));
  resumed.load_checkpoint(folder.file("part"));
  for (int i = 3; i < 6; ++i) {
    const double expected = iterate(whole, i).losses.frame;
    EXPECT_NEAR(iterate(resumed, i).losses.frame, expected, (on_gpu_ ? 1e-3 : 1e-6) * expected)
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(, TrainOnDevice, ::testing::Values("cpu", "cuda"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace stip
