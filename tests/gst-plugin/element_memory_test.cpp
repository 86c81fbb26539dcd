// Memory that runs out while a stream runs: once less is taken, then the stream ends with a
// sentence.
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_messages.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

class ElementMemory : public GstTest, public testing::WithParamInterface<const char*> {
 protected:
  ElementMemory() : log_(models_.add("large", 2)) {}

  std::string properties(const std::string& more = "") const {
    return "model=large max-latency=10000000000 async=" + std::string(GetParam()) + " " + more;
  }
  // One after the other has been dealt with.
  void push(ElementHarness& h, int first, int count) const {
    for (int i = first; i < first + count; ++i) {
      h.push_pictures(info_, i, 1);
      const gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
      while (h.stat("frames-in") <= static_cast<guint64>(i) && g_get_monotonic_time() < end) {
        g_usleep(200);
      }
    }
  }

  const GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  FakeModels models_;
  FakeLog& log_;
};

TEST_P(ElementMemory, TheNetworkGoesOnAtHalfTheSize) {
  for (std::atomic<int>* times :
       {&log_.predictions_without_memory, &log_.openings_without_memory}) {
    log_.made = 0;
    *times = 1;
    ElementHarness h(properties());
    Messages messages(h.element());
    h.start(info_);
    push(h, 0, 6);
    h.finish();
    EXPECT_EQ(log_.made, 2);
    EXPECT_TRUE(log_.options.halved);
    // From frame 1 the prediction failed; 2 fills the context again.
    const bool running = times == &log_.predictions_without_memory;
    EXPECT_EQ(h.stat("predicted"), running ? 4u : 5u);
    EXPECT_EQ(h.stat("skipped-warm-up"), running ? 2u : 1u);
    EXPECT_EQ(messages.count(GST_MESSAGE_WARNING), 1u);
    EXPECT_EQ(messages.count(GST_MESSAGE_ERROR), 0u);
  }
}

// Another size is tried whole.
TEST_P(ElementMemory, OtherVideoIsTriedAtItsWholeSize) {
  log_.openings_without_memory = 1;
  ElementHarness h(properties());
  h.start(info_);
  push(h, 0, 2);
  EXPECT_TRUE(log_.options.halved);
  h.push_event(gst_event_new_caps(caps_of(video_info(GST_VIDEO_FORMAT_BGR, 4, 4)).get()));
  h.finish();
  EXPECT_FALSE(log_.options.halved);
  EXPECT_EQ(log_.options.width, 4);
}

TEST_P(ElementMemory, ThenTheStreamEndsWithAnError) {
  for (std::atomic<int>* times :
       {&log_.predictions_without_memory, &log_.openings_without_memory}) {
    *times = 100;
    Pipeline pipeline(
        "videotestsrc is-live=true ! video/x-raw,width=16,height=16,framerate=100/1 ! "
        "stippredict " +
        properties() + " ! fakesink");
    EXPECT_FALSE(pipeline.run());
    const std::string error = pipeline.error();
    EXPECT_EQ(error.find(error_name(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT)), 0u)
        << error;
    EXPECT_NE(error.find("use a smaller picture or a smaller model"), std::string::npos) << error;
    *times = 100;
    ElementHarness h(properties());
    Messages messages(h.element());
    h.start(info_);
    int frame = 0;
    while (h.push(picture(info_, 0, frame)) != GST_FLOW_ERROR && ++frame < 5000) g_usleep(1000);
    EXPECT_LT(frame, 5000);
    h.push_event(gst_event_new_eos());
    EXPECT_EQ(messages.count(GST_MESSAGE_ERROR), 1u);
    *times = 0;
  }
}

TEST_P(ElementMemory, OrPassesThrough) {
  log_.predictions_without_memory = 100;
  ElementHarness h(properties("on-error=passthrough"));
  h.start(info_);
  push(h, 0, 8);
  h.finish();
  EXPECT_EQ(h.stat("predicted"), 0u);
  EXPECT_GE(h.buffers.size(), 2u);
  EXPECT_EQ(h.stat("skipped-failed"), h.buffers.size());
}

INSTANTIATE_TEST_SUITE_P(Async, ElementMemory, testing::Values("true", "false"),
                         [](const auto& async) {
                           return std::string(async.param) == "true" ? "Worker" : "NoWorker";
                         });

}  // namespace
}  // namespace stip::test
