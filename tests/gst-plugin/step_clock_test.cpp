#include "step_clock.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

constexpr GstClockTime kNone = GST_CLOCK_TIME_NONE;

TEST(StepClock, KnowsNothingAtFirst) {
  StepClock clock;
  EXPECT_EQ(clock.step(), kNone);
  EXPECT_EQ(clock.last(), kNone);
}

TEST(StepClock, TakesTheRateUntilFramesTell) {
  StepClock clock;
  clock.set_rate(25, 1);
  EXPECT_EQ(clock.step(), 40 * GST_MSECOND);
  clock.add(0, 30 * GST_MSECOND);
  EXPECT_EQ(clock.step(), 30 * GST_MSECOND);
  clock.add(20 * GST_MSECOND, 30 * GST_MSECOND);
  EXPECT_EQ(clock.step(), 20 * GST_MSECOND);
}

TEST(StepClock, ReadsADurationOfZeroAsUnknown) {
  StepClock clock;
  clock.add(0, 0);
  EXPECT_EQ(clock.step(), kNone);
  clock.set_rate(0, 1);
  EXPECT_EQ(clock.step(), kNone);
}

TEST(StepClock, IsTheMedianOfTheLastEightSteps) {
  StepClock clock;
  GstClockTime pts = 0;
  clock.add(pts, kNone);
  for (GstClockTime step : {900, 900, 900, 10, 10, 10, 10, 500, 500, 500, 500}) {
    clock.add(pts += step, kNone);  // the three of 900 are more than eight back
  }
  EXPECT_EQ(clock.step(), (10u + 500u) / 2);
  clock.add(pts += 500, kNone);
  EXPECT_EQ(clock.step(), 500u);
}

TEST(StepClock, IsNotMovedByOneHole) {
  StepClock clock;
  for (GstClockTime pts : {0, 40, 80, 120, 5000, 5040}) clock.add(pts, kNone);
  EXPECT_EQ(clock.step(), 40u);
}

TEST(StepClock, DoesNotCountBackwardsEqualOrJumpedSteps) {
  StepClock clock;
  for (GstClockTime pts : {1000, 1040, 1040, 100}) clock.add(pts, kNone);
  EXPECT_EQ(clock.step(), 40u);
  clock.jump(9000);
  clock.add(9000, kNone);
  EXPECT_EQ(clock.step(), 40u);
  EXPECT_EQ(clock.last(), 9000u);
}

TEST(StepClock, DoesNotCountHolesWhereBuffersSayWhatAStepIs) {
  StepClock clock;
  GstClockTime pts = 0;
  clock.add(pts, 33);
  for (const GstClockTime frames : {1, 1, 1, 2, 2, 2, 2, 2}) clock.add(pts += 33 * frames, 33);
  EXPECT_EQ(clock.step(), 33u);
  clock.add(pts += 99, 33);
  EXPECT_EQ(clock.step(), 33u);
}

TEST(StepClock, TakesASlowerRhythmThanBuffersSay) {
  StepClock clock;
  GstClockTime pts = 0;
  clock.add(pts, 33);
  for (int i = 0; i < 8; ++i) clock.add(pts += 33, 33);
  for (int i = 0; i < 8; ++i) clock.add(pts += 66, 33);  // a camera in the dark
  EXPECT_EQ(clock.step(), 66u);
}

TEST(StepClock, TakesEqualJumpsForARhythm) {
  StepClock clock;
  clock.add(0, 40);
  const auto jump_to = [&](GstClockTime pts) {
    clock.jump(pts);
    clock.add(pts, 40);
  };
  jump_to(2000);
  EXPECT_EQ(clock.step(), 40u);
  jump_to(2500);
  EXPECT_EQ(clock.step(), 40u);
  clock.add(2540, 40);
  jump_to(3040);  // after a step of its own: not the second in a row
  EXPECT_EQ(clock.step(), 40u);
  jump_to(3550);
  EXPECT_EQ(clock.step(), 510u);
}

TEST(StepClock, ForgetsStepsAtAnotherRateAndOnReset) {
  StepClock clock;
  clock.set_rate(25, 1);
  clock.add(0, kNone);
  clock.add(7, kNone);
  clock.set_rate(25, 1);
  EXPECT_EQ(clock.step(), 7u);
  clock.set_rate(50, 1);
  EXPECT_EQ(clock.step(), 20 * GST_MSECOND);
  clock.add(14, kNone);
  clock.reset();
  EXPECT_EQ(clock.step(), 20 * GST_MSECOND);
  EXPECT_EQ(clock.last(), kNone);
}

}  // namespace
}  // namespace stip::gst
