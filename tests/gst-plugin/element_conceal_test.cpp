#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "prediction_meta.h"

// output=conceal with a model that knows what comes: the first byte, and 1 for each frame ahead.
namespace stip::test {
namespace {

class ElementConceal : public GstTest {
 protected:
  ElementConceal() { models_.add("next", 1); }

  void push(ElementHarness& h, int value, int index) {
    EXPECT_EQ(h.push(flat_picture(info_, value, index)), GST_FLOW_OK);
  }
  // Frames 0 to 9, of 100 and so on; then 10 to 12 are missing.
  void push_until_the_gap(ElementHarness& h) {
    for (int i = 0; i < 10; ++i) push(h, 100 + i, i);
  }
  static void expect_every_place_once(const ElementHarness& h) {
    for (std::size_t i = 0; i < h.buffers.size(); ++i) {
      EXPECT_EQ(GST_BUFFER_PTS(h.buffers[i].get()), i * kStep) << i;
    }
  }

  FakeModels models_;
  const GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 32, 24);
};

TEST_F(ElementConceal, PredictionsFillTheGapAndFramesFadeInAfterIt) {
  ElementHarness h("model=next output=conceal");
  h.start(info_);
  push_until_the_gap(h);
  for (int i = 13; i < 17; ++i) push(h, 40 + i, i);  // the model expected 60 more
  h.finish();
  EXPECT_EQ(h.first_bytes(), (std::vector<int>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109,  //
                                               110, 111, 112, 93, 74, 55, 56}));
  expect_every_place_once(h);
  EXPECT_EQ(h.stat("concealed"), 3u);
  for (std::size_t i = 0; i < h.buffers.size(); ++i) {
    const bool filled = i >= 10 && i < 13;
    const auto note = gst::note_of(h.buffers[i].get());
    ASSERT_TRUE(note.has_value()) << i;
    EXPECT_EQ(note->concealed, filled) << i;
    EXPECT_EQ(note->horizon, filled ? static_cast<int>(i) - 9 : 0) << i;
    EXPECT_EQ(note->source_pts, (filled ? 9 : i) * kStep) << i;
    EXPECT_EQ(GST_BUFFER_FLAG_IS_SET(h.buffers[i].get(), GST_BUFFER_FLAG_GAP), filled) << i;
  }
}

TEST_F(ElementConceal, LongAfterTheLastFrameItsPictureIsRepeated) {
  ElementHarness h("model=next output=conceal max-conceal=40000000 rejoin-frames=0");
  h.start(info_);
  push_until_the_gap(h);
  push(h, 53, 13);
  h.finish();
  const std::vector<int> shown = h.first_bytes();
  ASSERT_EQ(shown.size(), 14u);
  EXPECT_EQ(std::vector<int>(shown.begin() + 10, shown.end()),
            (std::vector<int>{110, 110, 110, 53}));
  expect_every_place_once(h);
}

TEST_F(ElementConceal, DamagedFramesAreReplaced) {
  ElementHarness h("model=next output=conceal rejoin-frames=0");
  h.start(info_);
  push_until_the_gap(h);
  BufferPtr damaged = flat_picture(info_, 0, 10);
  GST_BUFFER_FLAG_SET(damaged.get(), GST_BUFFER_FLAG_CORRUPTED);
  h.push(std::move(damaged));
  push(h, 111, 11);
  h.finish();
  ASSERT_EQ(h.buffers.size(), 12u);
  EXPECT_EQ(h.first_bytes()[10], 110);
  EXPECT_TRUE(gst::note_of(h.buffers[10].get())->concealed);
  EXPECT_FALSE(gst::note_of(h.buffers[11].get())->concealed);
}

// Every third frame is lost: in a row there are never the three that the model needs.
TEST_F(ElementConceal, LossesInTheFirstFramesDoNotKeepTheModelFromBeginning) {
  models_.add("next3", 3);
  ElementHarness h("model=next3 output=conceal rejoin-frames=0");
  h.start(info_);
  for (const int i : {0, 1, 3, 4, 6}) push(h, 100 + i, i);
  h.finish();
  EXPECT_EQ(h.first_bytes(), (std::vector<int>{100, 101, 101, 103, 104, 105, 106}));
  expect_every_place_once(h);
}

TEST_F(ElementConceal, ASeekIsNoGap) {
  ElementHarness h("model=next output=conceal");
  h.start(info_);
  push_until_the_gap(h);
  h.flush();
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  for (int i = 13; i < 16; ++i) push(h, 40 + i, i);
  h.finish();
  EXPECT_EQ(h.stat("concealed"), 0u);
  EXPECT_EQ(h.first_bytes().back(), 55);
}

}  // namespace
}  // namespace stip::test
