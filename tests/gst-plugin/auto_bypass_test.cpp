#include "auto_bypass.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

constexpr GstClockTime kFrame = GST_SECOND / 25;

// Frames of one gain from `from` on; the time of the first answer that differs, or NONE.
GstClockTime run(AutoBypass& bypass, GstClockTime from, int frames, double gain) {
  const bool before = bypass.bypassed();
  for (int i = 0; i < frames; ++i) {
    const GstClockTime time = from + static_cast<GstClockTime>(i) * kFrame;
    if (bypass.add(time, gain) != before) return time;
  }
  return GST_CLOCK_TIME_NONE;
}

TEST(AutoBypass, FiveSecondsUnderCopyLastTurnItOn) {
  AutoBypass bypass;
  EXPECT_EQ(run(bypass, 0, 1000, -0.1), 5 * GST_SECOND);
  EXPECT_TRUE(bypass.bypassed());
}

TEST(AutoBypass, FiveSecondsOverCopyLastTurnItOff) {
  AutoBypass bypass;
  run(bypass, 0, 200, -3);
  ASSERT_TRUE(bypass.bypassed());
  const GstClockTime from = 8 * GST_SECOND;
  const GstClockTime off = run(bypass, from, 1000, 0.5);
  EXPECT_GE(off, 9 * GST_SECOND) << "not before the answer is 5 s old";
  EXPECT_LE(off, from + 5 * GST_SECOND);
}

TEST(AutoBypass, GoodYearsDoNotExcuseBadSeconds) {
  AutoBypass bypass;
  EXPECT_EQ(run(bypass, 0, 25 * 60, 6), GST_CLOCK_TIME_NONE);
  const GstClockTime on = run(bypass, 60 * GST_SECOND, 1000, -6);
  EXPECT_GE(on, 62 * GST_SECOND);
  EXPECT_LE(on, 65 * GST_SECOND);
}

TEST(AutoBypass, EqualChangesNothing) {
  AutoBypass bypass;
  EXPECT_EQ(run(bypass, 0, 1000, 0), GST_CLOCK_TIME_NONE);
  run(bypass, 40 * GST_SECOND, 200, -1);
  ASSERT_TRUE(bypass.bypassed());
  EXPECT_EQ(run(bypass, 54 * GST_SECOND, 1000, 0), GST_CLOCK_TIME_NONE);
}

TEST(AutoBypass, OneBadFrameIsNotFiveBadSeconds) {
  AutoBypass bypass;
  for (int i = 0; i < 1000; ++i) {
    bypass.add(static_cast<GstClockTime>(i) * kFrame, i % 50 == 0 ? -10 : 1);
    ASSERT_FALSE(bypass.bypassed()) << i;
  }
}

TEST(AutoBypass, AHoleOrAStepBackStartsAgain) {
  AutoBypass bypass;
  run(bypass, 0, 120, -1);  // 4.8 s
  EXPECT_EQ(run(bypass, 20 * GST_SECOND, 120, -1), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(run(bypass, 2 * GST_SECOND, 120, -1), GST_CLOCK_TIME_NONE);
  bypass.reset();
  EXPECT_EQ(run(bypass, 7 * GST_SECOND, 120, -1), GST_CLOCK_TIME_NONE);
}

}  // namespace
}  // namespace stip::gst
