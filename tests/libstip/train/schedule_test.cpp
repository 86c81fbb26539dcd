#include "train/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/parameter_table.h"
#include "train/memory_estimate.h"

namespace stip {
namespace {

// The paper's rule, iteration by iteration: after iteration i the rate is multiplied by 0.9 if
// i >= start and i mod every = 0.
TEST(RateSchedule, DecaysInStepsAsThePaper) {
  for (const std::int64_t start : {0, 7, 20, 21, 40}) {
    RateSchedule schedule;
    schedule.decay_start = start;
    schedule.decay_every = 10;
    double rate = 1;
    for (std::int64_t i = 0; i < 100; ++i) {
      ASSERT_NEAR(schedule.factor(i), rate, 1e-12) << "start " << start << ", iteration " << i;
      if (i >= start && i % 10 == 0) rate *= 0.9;
    }
  }
}

TEST(RateSchedule, WarmsUpAndFollowsTheCosine) {
  RateSchedule schedule;
  schedule.kind = RateSchedule::Kind::kCosine;
  schedule.iterations = 1000;
  schedule.warm_up = 10;
  EXPECT_DOUBLE_EQ(schedule.factor(0), 0.1);
  EXPECT_NEAR(schedule.factor(500), 0.5, 1e-9);
  EXPECT_NEAR(schedule.factor(1000), 0, 1e-9);
  EXPECT_NEAR(schedule.factor(5000), 0, 1e-9);
}

TEST(RateSchedule, DecaysExponentially) {
  RateSchedule schedule;
  schedule.kind = RateSchedule::Kind::kExponential;
  schedule.decay = 0.5;
  schedule.decay_start = 100;
  schedule.decay_every = 40;
  EXPECT_DOUBLE_EQ(schedule.factor(100), 1);
  EXPECT_NEAR(schedule.factor(120), std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(schedule.factor(180), 0.25, 1e-12);
  schedule.warm_up = 1000;
  EXPECT_NEAR(schedule.factor(179), 0.18 * std::pow(0.5, 79.0 / 40), 1e-12);
}

TEST(ReverseSamplingSchedule, RisesFromAHalfToOne) {
  const ReverseSamplingSchedule sampling{true, 100, 300, 50};
  EXPECT_EQ(sampling.chance(0), 0.5);
  EXPECT_EQ(sampling.chance(100), 0.5);
  EXPECT_NEAR(sampling.chance(150), 1 - 0.5 * std::exp(-1.0), 1e-12);
  EXPECT_EQ(sampling.chance(300), 1);
  EXPECT_EQ(ReverseSamplingSchedule{}.chance(0), 1);  // off
}

TEST(SamplingSchedule, FallsAsThePaperAndStops) {
  SamplingSchedule sampling{20000, 5e-5};
  EXPECT_DOUBLE_EQ(sampling.chance(0), 1 - 5e-5);
  EXPECT_NEAR(sampling.chance(9999), 0.5, 1e-9);
  EXPECT_EQ(sampling.chance(20000), 0);
  EXPECT_EQ((SamplingSchedule{100000, 5e-5}.chance(50000)), 0);  // never below 0
  EXPECT_EQ((SamplingSchedule{0, 5e-5}.chance(0)), 0);
}

TEST(MemoryEstimate, CountsCopiesOfWeightsAndClips) {
  TrainerOptions options;
  const std::int64_t weights = 4 * parameter_count(options.model);
  const auto estimate = [&](int batch) { return estimate_training_memory(options, batch, 10); };
  const std::int64_t clip = estimate(2) - estimate(1);
  const std::int64_t program = estimate(1) - 4 * weights - clip;
  EXPECT_GT(program, 100'000'000);  // the program itself, whatever is trained
  EXPECT_LT(program, 300'000'000);
  EXPECT_EQ(estimate(3), program + 4 * weights + 3 * clip);
  options.average = 0.99;
  EXPECT_EQ(estimate(1), program + 5 * weights + clip);
  // Of clips in parts only one part's activations are there, but all pictures.
  options.accumulate = 2;
  EXPECT_GT(estimate(1), program + 5 * weights + clip);
  EXPECT_LT(estimate(1), program + 5 * weights + clip + clip / 10);
  options.accumulate = 1;
  // Steps inside the context are not decoded where they do not count.
  options.step.first = 3;
  EXPECT_LT(estimate(1), program + 5 * weights + clip);
  options.step.first = 0;
  options.step.recompute = true;
  EXPECT_LT(estimate(1), program + 5 * weights + clip / 2);
}

TEST(StillErrorSchedule, FallsGeometrically) {
  const StillErrorSchedule schedule{2e-2, 2e-4, 0.5, 1000};
  EXPECT_DOUBLE_EQ(schedule.value(0), 2e-2);
  EXPECT_NEAR(schedule.value(250), 2e-3, 1e-9);
  EXPECT_NEAR(schedule.value(500), 2e-4, 1e-12);
  EXPECT_NEAR(schedule.value(999), 2e-4, 1e-12);
}

}  // namespace
}  // namespace stip
