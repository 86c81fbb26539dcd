#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include <future>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<GstClockTime>;
using Names = std::vector<std::string>;

class ElementFlow : public GstTest {
 protected:
  // Holds every frame back at this pad, until the probe is removed.
  static gulong block_buffers(GstPad* pad) {
    return gst_pad_add_probe(
        pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
        [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  }

  GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
};

TEST_F(ElementFlow, EosWithoutAnyFrame) {
  for (const char* output : {"predicted", "original", "side-by-side"}) {
    ElementHarness h(std::string("output=") + output);
    h.start(info_);
    h.finish();
    EXPECT_TRUE(h.buffers.empty());
    EXPECT_EQ(h.event_names().back(), "eos");
  }
}

TEST_F(ElementFlow, EosWithFewerFramesThanTheContext) {
  ElementHarness h("context=5");
  h.start(info_);
  h.push_pictures(info_, 0, 4);
  h.finish();
  EXPECT_TRUE(h.buffers.empty());
  EXPECT_EQ(h.stat("skipped-warm-up"), 4u);
}

TEST_F(ElementFlow, SerializedEventsStayBetweenTheirFrames) {
  ElementHarness h("output=original");
  h.start(info_);
  // The order of frames and events, seen on the way out.
  Names order;
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  gst_pad_add_probe(
      src,
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto* names = static_cast<Names*>(data);
        names->push_back(GST_IS_BUFFER(info->data)
                             ? "frame"
                             : GST_EVENT_TYPE_NAME(GST_PAD_PROBE_INFO_EVENT(info)));
        return GST_PAD_PROBE_OK;
      },
      &order, nullptr);
  gst_object_unref(src);
  h.push_pictures(info_, 0, 1);
  h.push_event(gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "t", nullptr)));
  h.push_pictures(info_, 1, 1);
  h.push_event(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty("mark")));
  h.push_pictures(info_, 2, 1);
  h.finish();
  const Names wanted = {"frame", "tag", "frame", "custom-downstream", "frame", "eos"};
  ASSERT_GE(order.size(), wanted.size());
  EXPECT_EQ(Names(order.end() - static_cast<std::ptrdiff_t>(wanted.size()), order.end()), wanted);
}

TEST_F(ElementFlow, AFlushForgetsTheStreamAndGoesOn) {
  ElementHarness h("context=3");
  h.start(info_);
  h.push_pictures(info_, 0, 4);
  h.wait_for(2);
  h.flush();
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  h.push_pictures(info_, 0, 4);
  h.finish();
  EXPECT_EQ(h.times(), (Times{3, 4, 3, 4}));
  EXPECT_EQ(h.stat("resets"), 1u);
}

TEST_F(ElementFlow, EosThenFlushThenGoesOn) {
  ElementHarness h;
  h.start(info_);
  h.push_pictures(info_, 0, 2);
  h.finish();
  h.flush();
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  h.push_pictures(info_, 5, 2);
  h.finish();
  EXPECT_EQ(h.times(), (Times{1, 2, 6, 7}));
}

TEST_F(ElementFlow, AnotherStreamAfterEosGoesOn) {
  ElementHarness h("context=2");
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  h.finish();
  EXPECT_TRUE(h.push_event(gst_event_new_stream_start("another")));
  EXPECT_TRUE(h.push_segment(0, GST_CLOCK_TIME_NONE));
  h.push_pictures(info_, 0, 3);
  h.finish();
  EXPECT_EQ(h.times(), (Times{2, 3, 2, 3}));
}

// A sink that takes nothing: the queue of predictions holds horizon + 2, of others 3; one more
// frame is with the task, one waits in the caller.
TEST_F(ElementFlow, AFullQueueWaitsAndAFlushWakesIt) {
  for (const auto& [properties, room] : {std::pair{"horizon=4", 6}, {"output=original", 3}}) {
    ElementHarness h(properties);
    GstPad* src = gst_element_get_static_pad(h.element(), "src");
    h.start(info_);
    // Sticky events and the warm-up have to be out of the way.
    h.push_pictures(info_, 0, 1);
    h.wait_for(1);
    const gulong block = block_buffers(src);
    std::atomic<int> pushed{0};
    auto feeder = std::async(std::launch::async, [&] {
      GstFlowReturn flow = GST_FLOW_OK;
      for (int i = 1; i < 40 && flow == GST_FLOW_OK; ++i) {
        flow = h.push(picture(info_, i, i));
        if (flow == GST_FLOW_OK) ++pushed;
      }
      return flow;
    });
    EXPECT_EQ(feeder.wait_for(200ms), std::future_status::timeout) << properties;
    EXPECT_EQ(pushed, room + 1) << properties;
    EXPECT_TRUE(h.push_event(gst_event_new_flush_start()));
    ASSERT_EQ(feeder.wait_for(10s), std::future_status::ready) << properties;
    EXPECT_EQ(feeder.get(), GST_FLOW_FLUSHING);
    gst_pad_remove_probe(src, block);
    gst_object_unref(src);
    EXPECT_TRUE(h.push_event(gst_event_new_flush_stop(TRUE)));
    h.push_segment(0, GST_CLOCK_TIME_NONE);
    h.push_pictures(info_, 0, 1);
    h.finish();
    EXPECT_EQ(h.buffers.size(), 2u) << "what was under way at the flush is dropped";
  }
}

// Events that a flush found in the queue were never sent; the lasting ones among them are still
// due.
TEST_F(ElementFlow, LastingEventsSurviveAFlush) {
  ElementHarness h("output=original");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  h.wait_for(1);
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  const gulong block = block_buffers(src);
  h.push_pictures(info_, 1, 1);
  const GstVideoInfo larger = video_info(GST_VIDEO_FORMAT_BGR, 16, 12);
  h.start(larger);
  h.push_event(gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "kept", nullptr)));
  EXPECT_TRUE(h.push_event(gst_event_new_flush_start()));
  gst_pad_remove_probe(src, block);
  EXPECT_TRUE(h.push_event(gst_event_new_flush_stop(TRUE)));
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  h.push_pictures(larger, 2, 1);
  h.finish();
  GstCaps* caps = gst_pad_get_current_caps(src);
  EXPECT_TRUE(gst_caps_is_equal(caps, caps_of(larger).get()));
  gst_caps_unref(caps);
  GstEvent* tag = gst_pad_get_sticky_event(src, GST_EVENT_TAG, 0);
  EXPECT_NE(tag, nullptr);
  if (tag != nullptr) gst_event_unref(tag);
  gst_object_unref(src);
}

TEST_F(ElementFlow, UnlinkedItIsNotLinked) {
  Pipeline pipeline("videotestsrc num-buffers=50 ! stippredict model=copy-last");
  EXPECT_FALSE(pipeline.run());
  const std::string error = pipeline.error();
  EXPECT_EQ(error.find(error_name(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED)), 0u) << error;
}

TEST_F(ElementFlow, LinkedLaterItGoesOn) {
  GstElement* element = gst_element_factory_make("stippredict", nullptr);
  g_object_set(element, "model", "copy-last", nullptr);
  GstHarness* h = gst_harness_new_with_element(element, "sink", nullptr);
  gst_harness_set_src_caps(h, caps_of(info_).release());
  int index = 0;
  const auto push_until = [&](GstFlowReturn wanted) {
    GstFlowReturn flow = GST_FLOW_ERROR;
    for (int i = 0; i < 1000 && flow != wanted; ++i, ++index) {
      flow = gst_harness_push(h, picture(info_, index, index).release());
      g_usleep(1000);
    }
    return flow;
  };
  EXPECT_EQ(push_until(GST_FLOW_NOT_LINKED), GST_FLOW_NOT_LINKED);
  GstElement* sink = gst_element_factory_make("appsink", nullptr);
  gst_object_ref_sink(sink);
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  gst_element_set_state(sink, GST_STATE_PLAYING);
  EXPECT_TRUE(gst_element_link(element, sink));
  EXPECT_EQ(push_until(GST_FLOW_OK), GST_FLOW_OK);
  GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kPatience);
  EXPECT_NE(sample, nullptr);
  if (sample != nullptr) gst_sample_unref(sample);
  gst_element_set_state(sink, GST_STATE_NULL);
  gst_object_unref(sink);
  gst_harness_teardown(h);
  gst_object_unref(element);
}

// What was said while nobody listened holds for who comes later.
TEST_F(ElementFlow, CapsOfTheTimeWithoutAPeerHoldForALaterOne) {
  GstElement* element = gst_element_factory_make("stippredict", nullptr);
  g_object_set(element, "model", "copy-last", nullptr);
  GstHarness* h = gst_harness_new_with_element(element, "sink", nullptr);
  gst_harness_set_src_caps(h, caps_of(info_).release());
  int index = 0;
  const auto push = [&] {
    const GstFlowReturn flow = gst_harness_push(h, picture(info_, index, index).release());
    ++index;
    return flow;
  };
  while (push() == GST_FLOW_OK && index < 1000) g_usleep(1000);
  gst_util_set_object_arg(G_OBJECT(element), "output", "side-by-side");
  EXPECT_EQ(push(), GST_FLOW_NOT_LINKED);
  GstElement* sink = gst_element_factory_make("appsink", nullptr);
  gst_object_ref_sink(sink);
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  gst_element_set_state(sink, GST_STATE_PLAYING);
  EXPECT_TRUE(gst_element_link(element, sink));
  EXPECT_EQ(push(), GST_FLOW_OK);
  GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kPatience);
  EXPECT_NE(sample, nullptr);
  if (sample != nullptr) {
    const CapsPtr twice = caps_of(video_info(GST_VIDEO_FORMAT_BGR, 16, 6));
    EXPECT_TRUE(gst_caps_is_equal(gst_sample_get_caps(sample), twice.get()));
    gst_sample_unref(sample);
  }
  gst_element_set_state(sink, GST_STATE_NULL);
  gst_object_unref(sink);
  gst_harness_teardown(h);
  gst_object_unref(element);
}

// The last frame and EOS are in the queue when downstream fails: nobody pushes again who could see.
TEST_F(ElementFlow, AFailureBehindTheLastFrameIsTold) {
  Pipeline pipeline("videotestsrc num-buffers=1 ! stippredict model=copy-last");
  EXPECT_FALSE(pipeline.run());
  EXPECT_NE(pipeline.error(), "");
}

TEST_F(ElementFlow, EosFromDownstreamStopsTheSource) {
  Pipeline pipeline(
      "videotestsrc ! video/x-raw,width=16,height=16 ! stippredict model=copy-last ! identity "
      "eos-after=5 ! fakesink");
  EXPECT_TRUE(pipeline.run());
}

TEST_F(ElementFlow, QosStaysHere) {
  ElementHarness h("output=original");
  h.start(info_);
  EXPECT_TRUE(gst_harness_push_upstream_event(
      h.harness(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 0.5, 10, 20)));
  EXPECT_EQ(h.stat("qos-ignored"), 1u);
  while (GstEvent* event = gst_harness_try_pull_upstream_event(h.harness())) {
    EXPECT_NE(GST_EVENT_TYPE(event), GST_EVENT_QOS);
    gst_event_unref(event);
  }
}

TEST_F(ElementFlow, SeeksGoUpstream) {
  ElementHarness h;
  h.start(info_);
  GstEvent* seek = gst_event_new_seek(1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET,
                                      0, GST_SEEK_TYPE_NONE, 0);
  EXPECT_TRUE(gst_harness_push_upstream_event(h.harness(), seek));
  bool seen = false;
  while (GstEvent* event = gst_harness_try_pull_upstream_event(h.harness())) {
    seen = seen || GST_EVENT_TYPE(event) == GST_EVENT_SEEK;
    gst_event_unref(event);
  }
  EXPECT_TRUE(seen);
}

TEST_F(ElementFlow, LatencyIsUpstreamsAndOurOwn) {
  for (const auto& [output, adds] : {std::pair{"predicted", true}, {"original", false}}) {
    ElementHarness h(std::string("output=") + output);
    gst_harness_set_upstream_latency(h.harness(), 100 * GST_MSECOND);
    const GstVideoInfo large = video_info(GST_VIDEO_FORMAT_I420, 640, 360);
    h.start(large);
    h.push_pictures(large, 0, 4);
    h.finish();
    const GstClockTime latency = gst_harness_query_latency(h.harness());
    if (adds) {
      EXPECT_GT(latency, 100 * GST_MSECOND);
      EXPECT_LT(latency, GST_SECOND);
    } else {
      EXPECT_EQ(latency, 100 * GST_MSECOND);
    }
  }
}

TEST_F(ElementFlow, ADrainWaitsForTheQueue) {
  ElementHarness h("output=original");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  h.wait_for(1);
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  GstPad* sink = gst_element_get_static_pad(h.element(), "sink");
  const gulong block = block_buffers(src);
  h.push_pictures(info_, 1, 2);
  auto drained = std::async(std::launch::async, [&] {
    const gst::QueryPtr query(gst_query_new_drain());
    gst_pad_query(sink, query.get());
    return gst_harness_buffers_received(h.harness());
  });
  EXPECT_EQ(drained.wait_for(100ms), std::future_status::timeout);
  gst_pad_remove_probe(src, block);
  ASSERT_EQ(drained.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(drained.get(), 3u);
  gst_object_unref(sink);
  gst_object_unref(src);
  h.finish();
}

// Downstream has had enough of one stream, and may want the next.
TEST_F(ElementFlow, AfterEosFromDownstreamAnotherStreamGoesOn) {
  ElementHarness h;
  h.start(info_);
  GstPad* src = gst_element_get_static_pad(h.element(), "src");
  const gulong probe = gst_pad_add_probe(
      src, GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer) {
        gst_buffer_unref(GST_PAD_PROBE_INFO_BUFFER(info));
        info->data = nullptr;
        GST_PAD_PROBE_INFO_FLOW_RETURN(info) = GST_FLOW_EOS;
        return GST_PAD_PROBE_HANDLED;
      },
      nullptr, nullptr);
  GstFlowReturn flow = GST_FLOW_OK;
  int index = 0;
  for (; index < 1000 && flow == GST_FLOW_OK; ++index) {
    flow = h.push(picture(info_, index, index));
    g_usleep(1000);
  }
  EXPECT_EQ(flow, GST_FLOW_EOS);
  gst_pad_remove_probe(src, probe);
  gst_object_unref(src);
  EXPECT_TRUE(h.push_event(gst_event_new_stream_start("another")));
  EXPECT_TRUE(h.push_segment(0, GST_CLOCK_TIME_NONE));
  EXPECT_EQ(h.push(picture(info_, 0, 0)), GST_FLOW_OK);
  h.wait_for(1);
}

class ElementSeeks : public GstTest {
 protected:
  // A moving ball; what a frame shows depends on its time alone.
  static std::string source(const std::string& properties) {
    return "videotestsrc pattern=ball animation-mode=frames ! "
           "video/x-raw,format=BGR,width=32,height=24,framerate=25/1 ! "
           "stippredict model=copy-last " +
           properties + " ! appsink name=out sync=false wait-on-eos=false";
  }
  static Times times(const std::vector<BufferPtr>& buffers) {
    Times all;
    for (const BufferPtr& buffer : buffers) all.push_back(GST_BUFFER_PTS(buffer.get()) / kStep);
    return all;
  }
};

TEST_F(ElementSeeks, AFlushingAccurateSeekStartsAnewThere) {
  Pipeline pipeline(source("context=3 horizon=2"));
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  ASSERT_TRUE(
      pipeline.seek(10 * kStep, 20 * kStep,
                    static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE)));
  ASSERT_TRUE(pipeline.run());
  // The third frame is 12, two ahead of it 14; what would be at or after 20 is not in the segment.
  EXPECT_EQ(times(pipeline.pull_all()), (Times{14, 15, 16, 17, 18, 19}));
}

TEST_F(ElementSeeks, EosThenASeekBackGivesTheSameAgain) {
  for (const auto& [properties, frames] :
       {std::pair{"horizon=2", 18u}, {"output=side-by-side horizon=2", 20u}}) {
    Pipeline pipeline(source(properties));
    std::vector<BufferPtr> runs[2];
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    for (std::vector<BufferPtr>& run : runs) {
      ASSERT_TRUE(pipeline.seek(0, 20 * kStep));
      ASSERT_TRUE(pipeline.run());
      run = pipeline.pull_all();
      ASSERT_EQ(run.size(), frames) << properties;
    }
    EXPECT_EQ(times(runs[0]), times(runs[1]));
    for (std::size_t i = 0; i < frames; ++i) {
      EXPECT_EQ(bytes(runs[0][i].get()), bytes(runs[1][i].get())) << properties << ", frame " << i;
    }
  }
}

TEST_F(ElementSeeks, ManySeeksWhilePlayingNeitherHangNorCrash) {
  Pipeline pipeline(
      "videotestsrc ! video/x-raw,width=32,height=24,framerate=25/1 ! stippredict name=p "
      "model=copy-last horizon=3 ! fakesink sync=true");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  for (int i = 0; i < 30; ++i) {
    EXPECT_TRUE(pipeline.seek(static_cast<GstClockTime>(i % 7) * GST_SECOND));
    if (i % 3 == 0) g_usleep(10000);
    if (i % 10 == 4) gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "side-by-side");
    if (i % 10 == 9) gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "predicted");
  }
  EXPECT_EQ(pipeline.error(0), "");
  EXPECT_TRUE(pipeline.reach(GST_STATE_NULL));
}

// GStreamer refuses serialized events on a pad that is flushing, for every element alike; what an
// application sees of it here is what it sees at identity.
TEST_F(ElementFlow, ASegmentBetweenFlushStartAndStopIsRefusedAsEverywhere) {
  const auto run = [&](GstHarness* harness) {
    gst_harness_set_src_caps(harness, caps_of(info_).release());
    std::vector<std::string> seen;
    const auto push = [&](GstEvent* event) {
      const std::string name = GST_EVENT_TYPE_NAME(event);
      seen.push_back(name + (gst_harness_push_event(harness, event) ? " taken" : " refused"));
    };
    const auto segment = [](GstClockTime start) {
      GstSegment all;
      gst_segment_init(&all, GST_FORMAT_TIME);
      all.start = all.time = start;
      return gst_event_new_segment(&all);
    };
    gst_harness_push(harness, picture(info_, 0, 0).release());
    gst_buffer_unref(gst_harness_pull(harness));  // it is out before the flush
    push(gst_event_new_flush_start());
    push(segment(GST_SECOND));
    push(gst_event_new_flush_stop(TRUE));
    push(segment(2 * GST_SECOND));
    BufferPtr buffer = picture(info_, 0, 0);
    GST_BUFFER_PTS(buffer.get()) = 2 * GST_SECOND;
    gst_harness_push(harness, buffer.release());
    push(gst_event_new_eos());
    const gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    bool ended = false;
    while (!ended && g_get_monotonic_time() < end) {
      gst::EventPtr event(gst_harness_try_pull_event(harness));
      if (event == nullptr) {
        g_usleep(500);
        continue;
      }
      ended = GST_EVENT_TYPE(event.get()) == GST_EVENT_EOS;
      if (GST_EVENT_TYPE(event.get()) != GST_EVENT_SEGMENT) continue;
      const GstSegment* out = nullptr;
      gst_event_parse_segment(event.get(), &out);
      seen.push_back("segment from " + std::to_string(out->start / GST_SECOND));
    }
    return seen;
  };
  GstHarness* identity = gst_harness_new("identity");
  const auto expected = run(identity);
  gst_harness_teardown(identity);
  ElementHarness h("output=original");
  EXPECT_EQ(run(h.harness()), expected);
  EXPECT_EQ(std::count(expected.begin(), expected.end(), "segment from 1"), 0);
  EXPECT_EQ(std::count(expected.begin(), expected.end(), "segment from 2"), 1);
}

}  // namespace
}  // namespace stip::test
