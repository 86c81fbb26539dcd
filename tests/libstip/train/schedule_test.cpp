#include "train/schedule.h"

#include <gtest/gtest.h>

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

TEST(SamplingSchedule, FallsAsThePaperAndStops) {
  SamplingSchedule sampling{20000, 5e-5};
  EXPECT_DOUBLE_EQ(sampling.chance(0), 1 - 5e-5);
  EXPECT_NEAR(sampling.chance(9999), 0.5, 1e-9);
  EXPECT_EQ(sampling.chance(20000), 0);
  EXPECT_EQ((SamplingSchedule{100000, 5e-5}.chance(50000)), 0);  // never below 0
  EXPECT_EQ((SamplingSchedule{0, 5e-5}.chance(0)), 0);
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
