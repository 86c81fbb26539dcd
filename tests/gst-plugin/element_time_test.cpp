#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"

namespace stip::test {
namespace {

using Times = std::vector<GstClockTime>;

class ElementTime : public GstTest {
 protected:
  static void push_at(ElementHarness& h, const GstVideoInfo& info, GstClockTime pts,
                      GstClockTime duration = GST_CLOCK_TIME_NONE) {
    BufferPtr buffer = picture(info, 1, 0);
    GST_BUFFER_PTS(buffer.get()) = pts;
    GST_BUFFER_DURATION(buffer.get()) = duration;
    EXPECT_EQ(h.push(std::move(buffer)), GST_FLOW_OK);
  }

  static Times pts(const ElementHarness& h) {
    Times all;
    for (const BufferPtr& buffer : h.buffers) all.push_back(GST_BUFFER_PTS(buffer.get()));
    return all;
  }

  GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
};

TEST_F(ElementTime, NFramesGiveNMinusContextPlusOnePredictions) {
  for (int context : {1, 4}) {
    for (int horizon : {1, 5, 64}) {
      ElementHarness h("context=" + std::to_string(context) +
                       " horizon=" + std::to_string(horizon));
      h.start(info_);
      h.push_pictures(info_, 0, 10);
      h.finish();
      Times wanted;
      for (int i = context - 1; i < 10; ++i)
        wanted.push_back(static_cast<GstClockTime>(i + horizon));
      EXPECT_EQ(h.times(), wanted);
      EXPECT_EQ(h.stat("predicted"), static_cast<guint64>(11 - context));
      EXPECT_EQ(h.stat("skipped-warm-up"), static_cast<guint64>(context - 1));
      for (const BufferPtr& buffer : h.buffers) EXPECT_EQ(GST_BUFFER_DURATION(buffer.get()), kStep);
    }
  }
}

TEST_F(ElementTime, WhereTheSegmentEndsWithTheFileKFewer) {
  ElementHarness h("context=2 horizon=3");
  h.start(info_);
  h.push_segment(0, 10 * kStep);
  h.push_pictures(info_, 0, 10);
  h.finish();
  EXPECT_EQ(h.times(), (Times{4, 5, 6, 7, 8, 9}));  // 10 - 2 + 1 - 3
  EXPECT_EQ(h.stat("skipped-segment-end"), 3u);
  EXPECT_EQ(h.stat("frames-in"), h.stat("predicted") + h.stat("skipped"));
}

TEST_F(ElementTime, SourceTimestampsAreNotCut) {
  ElementHarness h("context=2 horizon=3 timestamps=source");
  h.start(info_);
  h.push_segment(0, 10 * kStep);
  h.push_pictures(info_, 0, 10);
  h.finish();
  EXPECT_EQ(h.times(), (Times{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(ElementTime, TheWarmUpIsOneGapBeforeTheFirstPrediction) {
  ElementHarness h("context=3 horizon=2");
  h.start(info_);
  h.push_pictures(info_, 0, 5);
  h.finish();
  EXPECT_EQ(h.event_names(),
            (std::vector<std::string>{"stream-start", "caps", "segment", "gap", "eos"}));
  GstClockTime start = 1;
  GstClockTime duration = 1;
  gst_event_parse_gap(h.events[3].get(), &start, &duration);
  EXPECT_EQ(start, 0u);
  EXPECT_EQ(duration, 4 * kStep);
  EXPECT_EQ(h.times().front(), 4u);
}

TEST_F(ElementTime, TheFirstPredictionIsDiscontAndNoOther) {
  ElementHarness h;
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  h.finish();
  ASSERT_EQ(h.buffers.size(), 3u);
  EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(h.buffers[0].get(), GST_BUFFER_FLAG_DISCONT));
  EXPECT_FALSE(GST_BUFFER_FLAG_IS_SET(h.buffers[1].get(), GST_BUFFER_FLAG_DISCONT));
}

TEST_F(ElementTime, AVariableRateFollowsTheMedianAndNeverGoesBack) {
  const GstVideoInfo variable = video_info(GST_VIDEO_FORMAT_BGR, 8, 6, 0);
  ElementHarness h("horizon=3");
  h.start(variable);
  GstClockTime pts = 0;
  for (int i = 0; i < 60; ++i) {
    push_at(h, variable, pts);
    pts += static_cast<GstClockTime>(20 + (i * 7919) % 31) * GST_MSECOND;
  }
  h.finish();
  GstClockTime last = 0;
  for (const BufferPtr& buffer : h.buffers) {
    EXPECT_GT(GST_BUFFER_PTS(buffer.get()), last);
    last = GST_BUFFER_PTS(buffer.get());
  }
  EXPECT_GT(h.buffers.size(), 40u);
  EXPECT_EQ(h.stat("frames-in"), 60u);
  EXPECT_EQ(h.stat("predicted"), h.buffers.size());
  EXPECT_EQ(h.stat("frames-in"), h.stat("predicted") + h.stat("skipped"));
}

TEST_F(ElementTime, AnUnknownRateTakesTheDuration) {
  const GstVideoInfo unknown = video_info(GST_VIDEO_FORMAT_BGR, 8, 6, 0);
  ElementHarness h("horizon=2");
  h.start(unknown);
  push_at(h, unknown, 100, 30);
  push_at(h, unknown, 150, 30);
  h.finish();
  EXPECT_EQ(pts(h), (Times{160, 250}));
}

TEST_F(ElementTime, WithoutRateAndDurationTheSecondFrameTells) {
  const GstVideoInfo unknown = video_info(GST_VIDEO_FORMAT_BGR, 8, 6, 0);
  ElementHarness h;
  h.start(unknown);
  for (GstClockTime t : {100, 200, 300}) push_at(h, unknown, t);
  h.finish();
  EXPECT_EQ(pts(h), (Times{300, 400}));
  EXPECT_EQ(h.stat("skipped-warm-up"), 1u);
}

TEST_F(ElementTime, FramesWithoutPtsPassThroughUntouched) {
  for (const char* output : {"predicted", "original"}) {
    ElementHarness h(std::string("output=") + output);
    h.start(info_);
    BufferPtr input = picture(info_, 4, 0);
    GST_BUFFER_PTS(input.get()) = GST_CLOCK_TIME_NONE;
    const BufferPtr kept = gst::share(input.get());
    h.push(std::move(input));
    h.finish();
    ASSERT_EQ(h.buffers.size(), 1u);
    EXPECT_EQ(gst_buffer_peek_memory(h.buffers[0].get(), 0), gst_buffer_peek_memory(kept.get(), 0));
    EXPECT_EQ(h.stat("skipped-pass-through"), 1u);
  }
}

TEST_F(ElementTime, WithoutPtsSideBySideIsTwiceTheInput) {
  ElementHarness h("output=side-by-side");
  h.start(info_);
  BufferPtr input = picture(info_, 4, 0);
  GST_BUFFER_PTS(input.get()) = GST_CLOCK_TIME_NONE;
  h.push(std::move(input));
  h.finish();
  const GstVideoInfo both = video_info(GST_VIDEO_FORMAT_BGR, 16, 6);
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_EQ(half(both, h.buffers[0].get(), false), half(both, h.buffers[0].get(), true));
}

TEST_F(ElementTime, BackwardAndKeyUnitPlaybackPassThrough) {
  ElementHarness h;
  h.start(info_);
  h.push_segment(0, GST_CLOCK_TIME_NONE, -1.0);
  for (int i = 4; i >= 0; --i) h.push_pictures(info_, i, 1);
  h.push_segment(0, GST_CLOCK_TIME_NONE, 8.0, GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS);
  for (int i = 0; i < 5; i += 2) h.push_pictures(info_, i, 1);
  h.finish();
  EXPECT_EQ(h.times(), (Times{4, 3, 2, 1, 0, 0, 2, 4}));
  EXPECT_EQ(h.stat("skipped-pass-through"), 8u);
}

TEST_F(ElementTime, AStepBackwardsIsSkippedNotSent) {
  ElementHarness h("context=2");
  h.start(info_);
  for (int i : {0, 1, 2, 3, 1, 2, 3, 4, 5}) h.push_pictures(info_, i, 1);
  h.finish();
  EXPECT_EQ(h.times(), (Times{2, 3, 4, 5, 6}));
  EXPECT_EQ(h.stat("skipped-reordered"), 2u);
  EXPECT_EQ(h.stat("resets"), 1u);
}

TEST_F(ElementTime, SideBySideAndOriginalGiveOneFrameForEach) {
  for (const char* output : {"side-by-side", "original"}) {
    ElementHarness h(std::string("context=3 horizon=2 output=") + output);
    h.start(info_);
    for (int i : {0, 1, 2, 3, 40, 41, 5, 6, 6}) h.push_pictures(info_, i, 1);
    h.finish();
    EXPECT_EQ(h.times(), (Times{0, 1, 2, 3, 40, 41, 5, 6, 6})) << output;
  }
}

TEST_F(ElementTime, SideBySideKeepsStampsAndFlags) {
  ElementHarness h("output=side-by-side");
  h.start(info_);
  BufferPtr input = picture(info_, 1, 7);
  GST_BUFFER_DTS(input.get()) = 5;
  GST_BUFFER_DURATION(input.get()) = 123;
  GST_BUFFER_FLAG_SET(input.get(), GST_BUFFER_FLAG_CORRUPTED);
  h.push(std::move(input));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  GstBuffer* both = h.buffers[0].get();
  EXPECT_EQ(GST_BUFFER_PTS(both), 7 * kStep);
  EXPECT_EQ(GST_BUFFER_DTS(both), 5u);
  EXPECT_EQ(GST_BUFFER_DURATION(both), 123u);
  EXPECT_TRUE(GST_BUFFER_FLAG_IS_SET(both, GST_BUFFER_FLAG_CORRUPTED));
}

TEST_F(ElementTime, TheHorizonChangesWhilePlaying) {
  ElementHarness h;
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  h.set("horizon", "4");
  h.push_pictures(info_, 3, 3);
  h.set("horizon", "1");
  h.push_pictures(info_, 6, 5);
  h.finish();
  EXPECT_EQ(h.times(), (Times{1, 2, 3, 7, 8, 9, 10, 11}));
  EXPECT_EQ(h.stat("skipped-reordered"), 3u);
}

TEST_F(ElementTime, TheOutputChangesWhilePlaying) {
  ElementHarness h("horizon=2");
  h.start(info_);
  h.push_pictures(info_, 0, 2);  // for 2, 3
  h.set("output", "side-by-side");
  h.push_pictures(info_, 2, 4);  // 2 and 3 have been shown
  h.set("output", "original");
  h.push_pictures(info_, 6, 1);
  h.finish();
  EXPECT_EQ(h.times(), (Times{2, 3, 4, 5, 6}));
  std::vector<gsize> sizes;
  for (const BufferPtr& buffer : h.buffers) sizes.push_back(gst_buffer_get_size(buffer.get()));
  const gsize one = GST_VIDEO_INFO_SIZE(&info_);
  EXPECT_EQ(sizes, (std::vector<gsize>{one, one, 2 * one, 2 * one, one}));
}

TEST_F(ElementTime, TheActionResetForgets) {
  ElementHarness h("context=3");
  h.start(info_);
  h.push_pictures(info_, 0, 4);
  g_signal_emit_by_name(h.element(), "reset");
  h.push_pictures(info_, 4, 4);
  h.finish();
  EXPECT_EQ(h.times(), (Times{3, 4, 7, 8}));
  EXPECT_EQ(h.stat("resets"), 1u);
}

TEST_F(ElementTime, AHoleBeyondMaxGapForgetsAShorterOneDoesNot) {
  ElementHarness h("context=2 max-gap=200000000");
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  h.push_pictures(info_, 7, 2);   // a step of 200 ms
  h.push_pictures(info_, 14, 2);  // of 240 ms
  h.finish();
  EXPECT_EQ(h.times(), (Times{2, 3, 8, 9, 16}));
  EXPECT_EQ(h.stat("resets"), 1u);
}

}  // namespace
}  // namespace stip::test
