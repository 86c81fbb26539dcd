// Other sizes and outputs in the middle of flushes: what leaves a pad always fits its caps.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"
#include "in_time.h"

namespace stip::test {
namespace {

// Buffers that did not fit the caps of their pad, and how many there were at all.
struct Fits {
  std::atomic<int> all{0};
  std::atomic<int> wrong{0};
};

GstPadProbeReturn check_fit(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  auto* fits = static_cast<Fits*>(data);
  const CapsPtr caps(gst_pad_get_current_caps(pad));
  GstVideoInfo video;
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  const bool fit = caps != nullptr && gst_video_info_from_caps(&video, caps.get()) &&
                   gst_buffer_get_size(buffer) == GST_VIDEO_INFO_SIZE(&video);
  ++fits->all;
  if (!fit) ++fits->wrong;
  return GST_PAD_PROBE_OK;
}

// A request pad of the element with a sink that takes everything at once.
struct Branch {
  Branch(GstElement* element, const char* name, Fits& fits) : element_(element) {
    pad = gst_element_request_pad_simple(element, name);
    sink = gst_element_factory_make("fakesink", nullptr);
    g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
    gst_object_ref_sink(sink);
    GstPad* peer = gst_element_get_static_pad(sink, "sink");
    gst_element_set_state(sink, GST_STATE_PLAYING);
    gst_pad_link(pad, peer);
    gst_object_unref(peer);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, check_fit, &fits, nullptr);
  }
  ~Branch() {
    gst_element_release_request_pad(element_, pad);
    gst_object_unref(pad);
    gst_element_set_state(sink, GST_STATE_NULL);
    gst_object_unref(sink);
  }
  GstElement* element_;
  GstPad* pad;
  GstElement* sink;
};

class ElementFlush : public GstTest, public ::testing::WithParamInterface<const char*> {
 protected:
  ElementFlush() { models_.add("slow", 2, 1); }
  FakeModels models_;
};

// A frame under other caps than its own would be read beyond its end.
TEST_P(ElementFlush, WhatLeavesFitsItsCapsWhateverIsFlushedMeanwhile) {
  Fits fits;
  ElementHarness h("model=slow max-latency=10000000000 async=" + std::string(GetParam()));
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(h.element(), bus);
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  gst_pad_add_probe(src, GST_PAD_PROBE_TYPE_BUFFER, check_fit, &fits, nullptr);
  gst_object_unref(src);
  const auto original = std::make_unique<Branch>(h.element(), "original", fits);
  const auto ahead = std::make_unique<Branch>(h.element(), "pred_2", fits);
  gst_harness_set_drop_buffers(h.harness(), TRUE);
  h.start(video_info(GST_VIDEO_FORMAT_BGR, 8, 6));
  std::mutex upstream;  // whoever holds it is the streaming thread: nobody else sends in order
  std::atomic<bool> stop{false};
  std::thread flushing([&] {
    std::mt19937 random(7);
    while (!stop) {
      h.push_event(gst_event_new_flush_start());
      if (random() % 4 == 0) g_usleep(random() % 2000);
      {
        const std::lock_guard<std::mutex> lock(upstream);
        h.push_event(gst_event_new_flush_stop(TRUE));
        h.push_segment(0, GST_CLOCK_TIME_NONE);
      }
      g_usleep(random() % 3000);
    }
  });
  const char* const outputs[] = {"predicted", "side-by-side", "original", "conceal", "difference"};
  std::mt19937 random(3);
  const gint64 end = g_get_monotonic_time() + 800000;
  while (g_get_monotonic_time() < end) {
    const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8 << random() % 3, 6);
    if (random() % 4 == 0) h.set("output", outputs[random() % 5]);
    {
      const std::lock_guard<std::mutex> lock(upstream);
      h.push_event(gst_event_new_caps(caps_of(info).get()));
    }
    const auto frames = static_cast<int>(random() % 6);
    for (int i = 0; i < frames; ++i) {
      const std::lock_guard<std::mutex> lock(upstream);
      h.push(picture(info, i, i));
    }
  }
  stop = true;
  flushing.join();
  GstMessage* error = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
  gst_element_set_bus(h.element(), nullptr);
  gst_object_unref(bus);
  EXPECT_EQ(error, nullptr) << gst_structure_to_string(gst_message_get_structure(error));
  EXPECT_EQ(fits.wrong, 0) << "of " << fits.all;
  EXPECT_GT(fits.all, 20);
}

// A rollout of a network may take seconds: what is under way is given up.
TEST_P(ElementFlush, DoesNotWaitForARollout) {
  FakeLog& log = models_.add("endless", 1);
  log.endless = true;
  in_time("a flush or a stop", [&] {
    Pipeline pipeline(std::string("videotestsrc ! video/x-raw,format=BGR,width=8,height=6 ! "
                                  "stippredict model=endless async=") +
                      GetParam() + " ! fakesink sync=false async=false");
    const auto wait_for_a_rollout = [&] {
      while (!log.running) g_usleep(1000);
    };
    pipeline.ask(GST_STATE_PLAYING);
    wait_for_a_rollout();
    EXPECT_TRUE(pipeline.seek(0));
    wait_for_a_rollout();
    EXPECT_NE(pipeline.ask(GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
    EXPECT_FALSE(log.running);
    pipeline.ask(GST_STATE_PLAYING);
    wait_for_a_rollout();
    EXPECT_NE(pipeline.ask(GST_STATE_NULL), GST_STATE_CHANGE_FAILURE);
    EXPECT_EQ(pipeline.errors_left(), 0u);
  });
}

INSTANTIATE_TEST_SUITE_P(Async, ElementFlush, ::testing::Values("false", "true"));

}  // namespace
}  // namespace stip::test
