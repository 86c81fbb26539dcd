#include "segment_rules.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

GstSegment segment() {
  GstSegment s;
  gst_segment_init(&s, GST_FORMAT_TIME);
  return s;
}

TEST(SegmentRules, ContinuesWhenOnlyStopPositionOrDurationDiffer) {
  const GstSegment a = segment();
  GstSegment b = a;
  b.stop = 5 * GST_SECOND;
  b.position = GST_SECOND;
  b.duration = 9 * GST_SECOND;
  EXPECT_TRUE(continues(a, b));
}

TEST(SegmentRules, EachOtherFieldBreaks) {
  const GstSegment a = segment();
  const auto differs = [&](auto change) {
    GstSegment b = a;
    change(b);
    return !continues(a, b);
  };
  EXPECT_TRUE(differs([](GstSegment& s) { s.format = GST_FORMAT_BYTES; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.rate = 2.0; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.applied_rate = 2.0; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.flags = GST_SEGMENT_FLAG_SEGMENT; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.base = 1; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.offset = 1; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.start = 1; }));
  EXPECT_TRUE(differs([](GstSegment& s) { s.time = 1; }));
}

TEST(SegmentRules, BackwardsAndKeyUnitsAreNotPredictable) {
  GstSegment s = segment();
  EXPECT_TRUE(predictable(s));
  s.rate = -1.0;
  EXPECT_FALSE(predictable(s));
  s.rate = 4.0;
  EXPECT_TRUE(predictable(s));
  s.flags = GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS;
  EXPECT_FALSE(predictable(s));
}

TEST(SegmentRules, AStepBackwardsBreaks) {
  EXPECT_TRUE(breaks(100, 99, 10, 1000));
  EXPECT_FALSE(breaks(100, 100, 10, 1000));
  EXPECT_TRUE(breaks(100, 99, GST_CLOCK_TIME_NONE, 1000));
}

TEST(SegmentRules, AHoleBreaksOnlyBeyondTheMaximum) {
  EXPECT_FALSE(breaks(0, 1000, 10, 1000));
  EXPECT_TRUE(breaks(0, 1001, 10, 1000));
}

TEST(SegmentRules, ASlowRhythmIsNoHole) {
  EXPECT_FALSE(breaks(0, 1500, 1000, 100));
  EXPECT_TRUE(breaks(0, 1501, 1000, 100));
  EXPECT_FALSE(breaks(0, 1501, GST_CLOCK_TIME_NONE, 100));
}

TEST(SegmentRules, WithoutStampsNothingBreaks) {
  EXPECT_FALSE(breaks(GST_CLOCK_TIME_NONE, 5, 1, 1));
  EXPECT_FALSE(breaks(5, GST_CLOCK_TIME_NONE, 1, 1));
}

}  // namespace
}  // namespace stip::gst
