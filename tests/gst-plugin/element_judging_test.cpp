#include <gtest/gtest.h>

#include <algorithm>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_messages.h"
#include "prediction_meta.h"

// What the element says of its predictions, and does about them.
namespace stip::test {
namespace {

class ElementJudging : public GstTest {
 protected:
  BufferPtr flat(int value, int index) const {
    BufferPtr buffer = picture(info_, 0, index);
    gst_buffer_memset(buffer.get(), 0, static_cast<guint8>(value),
                      gst_buffer_get_size(buffer.get()));
    return buffer;
  }
  static int first_byte(const BufferPtr& buffer) { return bytes(buffer.get()).front(); }

  FakeModels models_;
  const GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 32, 24);
};

TEST_F(ElementJudging, PredictionsSayWhatTheyAre) {
  ElementHarness h("horizon=2 stats-interval=1");
  h.start(info_);
  for (int i = 0; i < 6; ++i) h.push(flat(10 * i, i));
  h.finish();
  ASSERT_GE(h.buffers.size(), 4u);
  for (const BufferPtr& buffer : h.buffers) {
    const auto note = gst::note_of(buffer.get());
    ASSERT_TRUE(note.has_value());
    EXPECT_EQ(note->horizon, 2);
    EXPECT_EQ(note->source_pts + 2 * kStep, GST_BUFFER_PTS(buffer.get()));
    EXPECT_GE(note->age, note->inference_time);
    EXPECT_EQ(note->model_hash, "copy-last");
    EXPECT_FALSE(note->concealed || note->bypassed);
  }
  const auto last = gst::note_of(h.buffers.back().get());
  ASSERT_TRUE(last->last_error.has_value());
  EXPECT_NEAR(*last->last_error, 400, 1e-6);  // 20 levels in two frames
  EXPECT_EQ(last->last_error_pts, last->source_pts);
}

TEST_F(ElementJudging, PredictionsSayHowLongTheyTook) {
  models_.add("slow", 1, 3);
  ElementHarness h("model=slow");
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  h.finish();
  ASSERT_GE(h.buffers.size(), 1u);
  EXPECT_GE(gst::note_of(h.buffers.back().get())->inference_time, 3 * GST_MSECOND);
}

TEST_F(ElementJudging, FramesPassedOnSaySoAndShareTheirPicture) {
  ElementHarness h("output=original");
  h.start(info_);
  BufferPtr frame = flat(7, 0);
  const GstMemory* memory = gst_buffer_peek_memory(frame.get(), 0);
  h.push(std::move(frame));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  EXPECT_EQ(gst_buffer_peek_memory(h.buffers[0].get(), 0), memory);
  const auto note = gst::note_of(h.buffers[0].get());
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->horizon, 0);
  EXPECT_EQ(note->source_pts, GST_BUFFER_PTS(h.buffers[0].get()));
}

TEST_F(ElementJudging, StatsCompareWithCopyLast) {
  models_.add("next", 1);  // knows what comes: the first byte and 1
  ElementHarness h("model=next stats-interval=1");
  Messages messages(h.element());
  h.start(info_);
  for (int i = 0; i < 8; ++i) h.push(flat(100 + i, i));
  h.finish();
  const auto told = messages.take("application/x-stippredict-stats");
  ASSERT_GE(told.size(), 2u);
  const GstStructure* last = told.back().get();
  EXPECT_EQ(count_field(last, "frames-in"), 8u);
  EXPECT_GE(count_field(last, "horizon-1-compared"), 5u);
  EXPECT_GT(number_field(last, "horizon-1-psnr"), number_field(last, "horizon-1-psnr-copy-last"));
  EXPECT_NEAR(number_field(last, "horizon-1-psnr-copy-last"), 48.13, 0.01);  // one level
}

TEST_F(ElementJudging, WhoReadsStatsGetsFigures) {
  ElementHarness h;
  h.start(info_);
  const auto compared = [&] { return h.stat("horizon-1-compared"); };
  for (int i = 0; i < 4; ++i) h.push(flat(10 * i, i));
  EXPECT_EQ(compared(), G_MAXUINT64) << "nobody had asked";
  for (int i = 4; i < 8; ++i) h.push(flat(10 * i, i));
  EXPECT_EQ(compared(), 3u);
}

TEST_F(ElementJudging, MessagesCanBeTurnedOff) {
  ElementHarness h("stats-interval=1 post-messages=false");
  Messages messages(h.element());
  h.start(info_);
  h.push_pictures(info_, 0, 4);
  h.finish();
  EXPECT_TRUE(messages.take("application/x-stippredict-stats").empty());
}

TEST_F(ElementJudging, PredictionsWorseThanTheNewestFrameGiveWayToIt) {
  models_.add("wrong", 1);
  ElementHarness h("model=wrong auto-bypass=true");
  Messages messages(h.element());
  h.start(info_);
  for (int i = 0; i < 6 * kFps; ++i) h.push(flat(100, i));  // the model says 101
  h.wait_for(6 * kFps - 2);
  EXPECT_EQ(first_byte(h.buffers[4 * kFps]), 101);
  EXPECT_EQ(first_byte(h.buffers.back()), 100);
  EXPECT_TRUE(gst::note_of(h.buffers.back().get())->bypassed);
  const auto told = messages.take("stippredict-bypass");
  ASSERT_EQ(told.size(), 1u);
  const GstClockTime at = count_field(told[0].get(), "pts");
  EXPECT_NEAR(static_cast<double>(at) / GST_SECOND, 5, 0.2);
  // Now the model is right.
  for (int i = 6 * kFps; i < 12 * kFps; ++i) h.push(flat((i * 1) % 200, i));
  h.finish();
  EXPECT_EQ(messages.take("stippredict-bypass").size(), 1u);
  EXPECT_FALSE(gst::note_of(h.buffers.back().get())->bypassed);
}

TEST_F(ElementJudging, ASceneCutResets) {
  FakeLog& log = models_.add("two", 2);
  for (const char* threshold : {"0", "0.35"}) {
    log.resets = 0;
    ElementHarness h(std::string("model=two scene-change-threshold=") + threshold);
    h.start(info_);
    for (int i = 0; i < 6; ++i) h.push(flat(20 + i, i));
    for (int i = 6; i < 10; ++i) h.push(flat(200 + i, i));
    h.finish();
    const guint64 expected = *threshold == '0' && threshold[1] == 0 ? 0 : 1;
    EXPECT_EQ(h.stat("resets"), expected) << threshold;
    EXPECT_EQ(h.stat("skipped-warm-up"), 1 + expected) << threshold;
  }
}

TEST_F(ElementJudging, DifferenceAndHeatMapCanBeSwitchedWhilePlaying) {
  ElementHarness h("output=difference");
  h.start(info_);
  for (int i = 0; i < 4; ++i) h.push(flat(10 * i, i));
  h.set("output", "heat-map");
  for (int i = 4; i < 8; ++i) h.push(flat(i == 7 ? 230 : 30, i));
  h.finish();
  ASSERT_EQ(h.buffers.size(), 8u);
  EXPECT_EQ(first_byte(h.buffers[0]), 0) << "no prediction yet";
  EXPECT_EQ(first_byte(h.buffers[3]), 40) << "four times 10";
  EXPECT_EQ(first_byte(h.buffers[6]), 30) << "as predicted";
  EXPECT_NE(first_byte(h.buffers[7]), 230) << "a surprise is coloured";
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(GST_BUFFER_PTS(h.buffers[i].get()), i * kStep);
  }
}

}  // namespace
}  // namespace stip::test
