#include "output_timeline.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

using Verdict = OutputTimeline::Verdict;
constexpr GstClockTime kNone = GST_CLOCK_TIME_NONE;

class OutputTimelineTest : public ::testing::Test {
 protected:
  OutputTimelineTest() {
    gst_segment_init(&segment_, GST_FORMAT_TIME);
    segment_.start = 1000;
    segment_.stop = 2000;
    timeline_.restart(segment_);
  }

  static void expect_gap(const std::optional<Gap>& gap, GstClockTime start, GstClockTime duration,
                         bool missing) {
    ASSERT_TRUE(gap.has_value());
    EXPECT_EQ(gap->start, start);
    EXPECT_EQ(gap->duration, duration);
    EXPECT_EQ(gap->missing_data, missing);
  }

  GstSegment segment_;
  OutputTimeline timeline_;
};

TEST_F(OutputTimelineTest, TellsTheWarmUpOnceFromTheSegmentsStart) {
  expect_gap(timeline_.warm_up(50), 1000, 50, false);
  EXPECT_FALSE(timeline_.warm_up(50).has_value());
  EXPECT_FALSE(timeline_.push(1050, 10).has_value());
}

TEST_F(OutputTimelineTest, AWarmUpOfUnknownLengthCoversNothing) {
  expect_gap(timeline_.warm_up(kNone), 1000, kNone, false);
  expect_gap(timeline_.push(1050, 10), 1000, 50, false);
}

TEST_F(OutputTimelineTest, TheWarmUpEndsWithTheSegment) {
  expect_gap(timeline_.warm_up(5000), 1000, 1000, false);
}

// A segment whose end comes before its start, or moves before what was shown.
TEST_F(OutputTimelineTest, BeyondTheEndThereIsNoWarmUp) {
  for (GstClockTime stop : {500, 1000}) {
    segment_.stop = stop;
    timeline_.restart(segment_);
    EXPECT_FALSE(timeline_.warm_up(50).has_value());
    EXPECT_FALSE(timeline_.warm_up(kNone).has_value());
  }
}

TEST_F(OutputTimelineTest, ExtendsTheWarmUpWhileMoreIsSkipped) {
  timeline_.warm_up(50);
  EXPECT_FALSE(timeline_.skip(1010, 10).has_value());
  expect_gap(timeline_.skip(1045, 10), 1050, 5, false);
}

TEST_F(OutputTimelineTest, AHoleBecomesAGapThatMissesData) {
  timeline_.push(1000, 10);
  EXPECT_FALSE(timeline_.push(1010, 10).has_value());
  EXPECT_FALSE(timeline_.push(1025, 10).has_value()) << "half a frame of jitter is no hole";
  expect_gap(timeline_.push(1055, 10), 1035, 20, true);
}

TEST_F(OutputTimelineTest, ASkippedTimeBecomesAGapUnlessItIsCovered) {
  timeline_.push(1000, 10);
  EXPECT_FALSE(timeline_.skip(1000, 10).has_value());
  expect_gap(timeline_.skip(1010, 10), 1010, 10, true);
  EXPECT_FALSE(timeline_.push(1020, 10).has_value());
}

TEST_F(OutputTimelineTest, NeverGoesBack) {
  EXPECT_EQ(timeline_.judge(1040), Verdict::kPush);
  timeline_.push(1040, 10);
  EXPECT_EQ(timeline_.judge(1039), Verdict::kReordered);
  EXPECT_EQ(timeline_.judge(1040), Verdict::kReordered);
  EXPECT_EQ(timeline_.judge(1041), Verdict::kPush);
}

TEST_F(OutputTimelineTest, EndsWithTheSegment) {
  EXPECT_EQ(timeline_.judge(1999), Verdict::kPush);
  EXPECT_EQ(timeline_.judge(2000), Verdict::kSegmentEnd);
  expect_gap(timeline_.skip(2010, 10), 1000, 1000, false);
  EXPECT_FALSE(timeline_.skip(2020, 10).has_value());
  segment_.stop = 3000;
  timeline_.update(segment_);
  EXPECT_EQ(timeline_.judge(2000), Verdict::kPush);
}

TEST_F(OutputTimelineTest, InputIsBehindOnlyAfterAPrediction) {
  timeline_.pass(1100, 10);
  EXPECT_FALSE(timeline_.behind(1000));
  timeline_.push(1150, 10);
  EXPECT_TRUE(timeline_.behind(1150));
  EXPECT_FALSE(timeline_.behind(1151));
  timeline_.pass(1160, 10);
  EXPECT_TRUE(timeline_.behind(1000)) << "it passed between predictions";
  timeline_.overtake();
  EXPECT_FALSE(timeline_.behind(1000));
}

TEST_F(OutputTimelineTest, RestartsWhereTheNewSegmentDoes) {
  timeline_.push(1500, 10);
  timeline_.restart(segment_);
  EXPECT_EQ(timeline_.judge(1000), Verdict::kPush);
  expect_gap(timeline_.warm_up(7), 1000, 7, false);
}

TEST(OutputTimeline, OutsideOfTimeThereAreNoGapsAndNoEnd) {
  GstSegment bytes;
  gst_segment_init(&bytes, GST_FORMAT_BYTES);
  bytes.stop = 5;
  OutputTimeline timeline;
  timeline.restart(bytes);
  EXPECT_FALSE(timeline.warm_up(10).has_value());
  EXPECT_EQ(timeline.judge(100), Verdict::kPush);
  EXPECT_FALSE(timeline.push(100, 10).has_value());
  EXPECT_FALSE(timeline.skip(500, 10).has_value());
  EXPECT_FALSE(timeline.push(900, 10).has_value());
}

}  // namespace
}  // namespace stip::gst
