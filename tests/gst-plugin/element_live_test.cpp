// Live use: a network that is slower than the video, EOS and flushes while it runs, other models.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_messages.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

constexpr const char* kSink = " sync=false wait-on-eos=false ";

class ElementLive : public GstTest {
 protected:
  static guint64 stat(GstElement* element, const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    guint64 value = G_MAXUINT64;
    gst_structure_get_uint64(stats, name, &value);
    gst_structure_free(stats);
    return value;
  }

  static std::string live_source(int frames) {
    return "videotestsrc is-live=true num-buffers=" + std::to_string(frames) +
           " ! video/x-raw,format=BGR,width=34,height=24,framerate=50/1 ! ";
  }

  static std::string filed_source(int frames) {
    return "videotestsrc num-buffers=" + std::to_string(frames) +
           " ! video/x-raw,format=BGR,width=34,height=24,framerate=50/1 ! ";
  }

  static GstMessage* wait_for(Pipeline& pipeline, GstMessageType type) {
    GstBus* bus = gst_element_get_bus(pipeline.get());
    GstMessage* message = gst_bus_timed_pop_filtered(bus, kPatience, type);
    gst_object_unref(bus);
    return message;
  }

  GstVideoInfo info_ = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  FakeModels models_;
};

TEST_F(ElementLive, TenTimesTooSlowEveryOriginalArrivesAndSkipsSum) {
  for (const char* policy : {"skip-output", "skip-input", "reset"}) {
    models_.add("slow", 2, 200);
    Pipeline pipeline(live_source(60) + "stippredict name=p model=slow max-latency=10000000000 " +
                      "late-policy=" + policy + " p.original ! appsink name=o" + kSink +
                      " p.pred_1 ! appsink name=a" + kSink);
    ASSERT_TRUE(pipeline.run()) << pipeline.error();
    EXPECT_EQ(pipeline.pull_all("o").size(), 60u);
    GstElement* element = pipeline["p"];
    const guint64 predicted = stat(element, "predicted");
    EXPECT_EQ(pipeline.pull_all("a").size(), predicted) << policy;
    EXPECT_GE(predicted, 2u) << policy;
    EXPECT_LE(predicted, 10u) << policy;
    EXPECT_GT(stat(element, "skipped-busy"), 30u) << policy;
    EXPECT_EQ(stat(element, "frames-in"), 60u) << policy;
    EXPECT_EQ(stat(element, "frames-in"), predicted + stat(element, "skipped")) << policy;
  }
}

// A receiver may hand on its first frames all at once.
TEST_F(ElementLive, FramesThatComeWhileTheNetworkIsMadeReadyAreSeen) {
  FakeLog& log = models_.add("deep", 4);
  log.opening_ms = 200;
  ElementHarness h("model=deep async=true");
  h.start(info_);
  h.push_pictures(info_, 0, 5);
  h.finish();
  EXPECT_EQ(log.pushed.size(), 5u);
  EXPECT_EQ(log.resets, 0);
}

TEST_F(ElementLive, OfThreeCoresOneIsLeftToTheRestOfThePipeline) {
  FakeLog& log = models_.add("next");
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  const auto threads = [&](const std::string& properties) {
    ElementHarness h("model=next " + properties);
    h.start(info_);
    h.push_pictures(info_, 0, 1);
    h.wait_for(1);
    return log.options.threads;
  };
  const int beside = cores > 2 ? cores - 1 : std::max(1, cores);
  EXPECT_EQ(threads("async=true"), beside);
  EXPECT_EQ(threads("async=auto"), beside) << "the harness is live";
  EXPECT_EQ(threads("async=false"), 0) << "all";
  EXPECT_EQ(threads("async=true threads=7"), 7) << "as it was told";
}

TEST_F(ElementLive, WhatComesLaterThanItMayIsSkippedAndCounted) {
  models_.add("slow", 1, 100);
  Pipeline pipeline(live_source(30) + "stippredict name=p model=slow ! appsink name=out" + kSink);
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  EXPECT_TRUE(pipeline.pull_all().empty());
  EXPECT_GE(stat(pipeline["p"], "skipped-late"), 2u);
  EXPECT_EQ(stat(pipeline["p"], "frames-in"), stat(pipeline["p"], "skipped"));
}

// A sink that drops what is late, as those that show pictures do. Where the machine was held up by
// something else it is tried again.
TEST_F(ElementLive, TwiceAsFastAsTheVideoNearlyAllAreShownInTime) {
  models_.add("fast", 1, 10);
  for (const std::string& source : {live_source(60), filed_source(60)}) {
    guint64 rendered = 0;
    for (int attempt = 0; attempt < 3 && rendered < 57; ++attempt) {
      Pipeline pipeline(source + "stippredict name=p model=fast ! fakesink name=out sync=true " +
                        "qos=true max-lateness=20000000");
      ASSERT_TRUE(pipeline.run()) << pipeline.error();
      GstStructure* stats = nullptr;
      g_object_get(pipeline["out"], "stats", &stats, nullptr);
      gst_structure_get_uint64(stats, "rendered", &rendered);
      gst_structure_free(stats);
    }
    EXPECT_GE(rendered, 57u) << source;
  }
}

TEST_F(ElementLive, EosAtEveryPointComesOut) {
  models_.add("slow", 2, 15);
  for (int frames = 0; frames < 6; ++frames) {
    for (int wait_ms : {0, 8, 20}) {
      ElementHarness h("model=slow async=true max-latency=10000000000");
      h.start(info_);
      h.push_pictures(info_, 0, frames);
      g_usleep(static_cast<gulong>(wait_ms) * 1000);
      h.finish();
      EXPECT_EQ(h.event_names().back(), "eos");
      EXPECT_EQ(h.stat("frames-in"), static_cast<guint64>(frames));
      EXPECT_EQ(h.stat("predicted"), h.buffers.size());
      EXPECT_EQ(h.stat("frames-in"), h.stat("predicted") + h.stat("skipped"));
    }
  }
}

TEST_F(ElementLive, EosDoesNotWaitLongerThanItMay) {
  models_.add("stuck", 1, 1500);
  ElementHarness h("model=stuck async=true drain-timeout=100000000");
  h.start(info_);
  h.push_pictures(info_, 0, 3);
  const gint64 begin = g_get_monotonic_time();
  h.finish();
  EXPECT_LT(g_get_monotonic_time() - begin, 1000000);
  EXPECT_TRUE(h.buffers.empty());
}

// What the worker has not come to by then it must know all the same: the next frames are of
// another size.
TEST_F(ElementLive, AfterAnEosThatDidNotWaitTheNextFramesArePredicted) {
  FakeLog& log = models_.add("slow", 1, 300);
  ElementHarness h("model=slow async=true drain-timeout=20000000 max-latency=10000000000");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  while (!log.running) g_usleep(100);
  const GstVideoInfo wide = video_info(GST_VIDEO_FORMAT_BGR, 16, 6);
  h.push_event(gst_event_new_caps(caps_of(wide).get()));
  h.push_pictures(wide, 1, 1);
  h.finish();
  EXPECT_EQ(h.buffers.size(), 0u);
  h.flush();
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  h.push_pictures(wide, 0, 1);
  h.wait_for(1);
  h.finish();
  ASSERT_EQ(h.buffers.size(), 1u);
  const std::vector<std::uint8_t> all = bytes(h.buffers[0].get());
  EXPECT_EQ(all.size(), GST_VIDEO_INFO_SIZE(&wide));
  EXPECT_EQ(all, std::vector<std::uint8_t>(all.size(), all.front())) << "the whole picture";
  EXPECT_EQ(h.stat("frames-in"), 3u);
}

// The worker is still at the smaller ones: what it has made of them fits beside nothing now.
TEST_F(ElementLive, SideBySideForgetsPredictionsOfAnotherSize) {
  FakeLog& log = models_.add("slow", 1, 80);
  ElementHarness h("model=slow async=true output=side-by-side");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  while (!log.running) g_usleep(100);
  while (log.running) g_usleep(100);
  g_usleep(20000);  // it is kept for the next frame
  h.push_pictures(info_, 1, 1);
  while (!log.running) g_usleep(100);
  const GstVideoInfo wide = video_info(GST_VIDEO_FORMAT_BGR, 16, 6);
  h.push_event(gst_event_new_caps(caps_of(wide).get()));
  h.push_pictures(wide, 2, 1);
  h.finish();
  ASSERT_EQ(h.buffers.size(), 3u);
  const GstVideoInfo both = video_info(GST_VIDEO_FORMAT_BGR, 32, 6);
  GstBuffer* last = h.buffers.back().get();
  EXPECT_EQ(half(both, last, true), half(both, last, false)) << "a copy until there is another";
}

TEST_F(ElementLive, APredictionUnderWayIsNotShownAfterWhatCameLater) {
  FakeLog& log = models_.add("slow", 1, 100);
  ElementHarness h("model=slow async=true max-latency=10000000000");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  while (!log.running) g_usleep(100);
  h.set("output", "original");
  h.push_pictures(info_, 1, 3);
  h.set("output", "predicted");
  h.push_pictures(info_, 4, 1);
  h.finish();
  EXPECT_EQ(h.times(), (std::vector<GstClockTime>{1, 2, 3, 5}));
}

TEST_F(ElementLive, AFlushInTheMiddleOfInferenceDropsItsPrediction) {
  FakeLog& log = models_.add("slow", 1, 500);
  ElementHarness h("model=slow async=true max-latency=10000000000");
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  while (!log.running) g_usleep(100);
  h.flush();
  EXPECT_TRUE(log.running) << "it waited for the network";
  h.push_segment(0, GST_CLOCK_TIME_NONE);
  h.push_pictures(info_, 20, 1);
  h.finish();
  EXPECT_EQ(h.times(), std::vector<GstClockTime>{21});
  EXPECT_EQ(h.stat("skipped-flushed"), 1u);
}

TEST_F(ElementLive, StoppingWaitsForOneStepAtMost) {
  FakeLog& log = models_.add("slow", 1, 300);
  ElementHarness h("model=slow async=true");
  h.start(info_);
  h.push_pictures(info_, 0, 20);
  while (!log.running) g_usleep(100);
  gst_element_set_state(h.element(), GST_STATE_NULL);
  EXPECT_EQ(log.horizons.size(), 1u);
  EXPECT_EQ(models_.users("slow"), 0) << "the model is let go";
}

TEST_F(ElementLive, LatencyIsEachPadsOwn) {
  models_.add("slow", 1, 60);
  ElementHarness h("model=slow async=true max-latency=1000000000");
  gst_harness_set_upstream_latency(h.harness(), 100 * GST_MSECOND);
  h.start(info_);
  for (int i = 0; i < 3; ++i) {
    h.push_pictures(info_, i, 1);
    h.wait_for(static_cast<std::size_t>(i) + 1);
  }
  // 60 ms of which a frame ahead (40 ms) is gained.
  const GstClockTime target = gst_harness_query_latency(h.harness());
  EXPECT_GE(target, 120 * GST_MSECOND);
  EXPECT_LT(target, 150 * GST_MSECOND);
  h.set("timestamps", "source");
  const GstClockTime source = gst_harness_query_latency(h.harness());
  EXPECT_EQ(source, target + kStep);
  h.set("max-latency", "30000000");
  EXPECT_EQ(gst_harness_query_latency(h.harness()), 130 * GST_MSECOND);
  h.set("output", "side-by-side");
  EXPECT_EQ(gst_harness_query_latency(h.harness()), 100 * GST_MSECOND);
  guint64 estimate = 0;
  g_object_get(h.element(), "latency-estimate", &estimate, nullptr);
  EXPECT_GE(estimate, 60 * GST_MSECOND);
}

TEST_F(ElementLive, ALatencyMessageTellsThatItHasMoved) {
  models_.add("slow", 1, 60);
  Pipeline pipeline(live_source(20) + "stippredict model=slow name=p ! fakesink async=false");
  pipeline.ask(GST_STATE_PLAYING);
  GstMessage* message = wait_for(pipeline, GST_MESSAGE_LATENCY);
  ASSERT_NE(message, nullptr);
  while (message != nullptr && GST_MESSAGE_SRC(message) != GST_OBJECT(pipeline["p"])) {
    gst_message_unref(message);  // the sink's own
    message = wait_for(pipeline, GST_MESSAGE_LATENCY);
  }
  ASSERT_NE(message, nullptr);
  gst_message_unref(message);
}

TEST_F(ElementLive, QosOfAPredictionSkipsPredictionsAndPostsMessages) {
  ElementHarness h("async=true");
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(h.element(), bus);
  h.start(info_);
  h.push_pictures(info_, 0, 1);
  h.wait_for(1);
  EXPECT_TRUE(gst_harness_push_upstream_event(
      h.harness(),
      gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, static_cast<GstClockTimeDiff>(kStep), kStep)));
  while (GstEvent* event = gst_harness_try_pull_upstream_event(h.harness())) {
    EXPECT_NE(GST_EVENT_TYPE(event), GST_EVENT_QOS) << "a decoder would drop frames";
    gst_event_unref(event);
  }
  h.push_pictures(info_, 1, 1);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, kPatience, GST_MESSAGE_QOS);
  EXPECT_NE(message, nullptr);
  if (message != nullptr) gst_message_unref(message);
  h.finish();
  EXPECT_EQ(h.stat("skipped-qos"), 1u);
  gst_element_set_bus(h.element(), nullptr);
  gst_object_unref(bus);
}

TEST_F(ElementLive, AModelSetWhilePlayingIsTakenABadOneIsNot) {
  models_.add("first");
  models_.add("second");
  for (const char* async : {"true", "false"}) {
    Pipeline pipeline(
        "videotestsrc ! video/x-raw,width=16,height=16 ! stippredict name=p "
        "model=first async=" +
        std::string(async) + " ! fakesink sync=true");
    ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
    const auto told = [&](const char* model) {
      g_object_set(pipeline["p"], "model", model, nullptr);
      GstMessage* message = wait_for(pipeline, GST_MESSAGE_ELEMENT);
      gboolean ok = FALSE;
      EXPECT_NE(message, nullptr);
      if (message == nullptr) return false;
      const GstStructure* content = gst_message_get_structure(message);
      EXPECT_TRUE(gst_structure_has_name(content, "stippredict-model-updated"));
      EXPECT_STREQ(gst_structure_get_string(content, "path"), model);
      gst_structure_get_boolean(content, "ok", &ok);
      gst_message_unref(message);
      return ok != FALSE;
    };
    EXPECT_TRUE(told("second"));
    for (int i = 0; i < 1000 && models_.users("first") > 0; ++i) g_usleep(10000);
    EXPECT_EQ(models_.users("first"), 0) << "the old one is let go, async=" << async;
    EXPECT_GT(models_.users("second"), 0);
    EXPECT_FALSE(told("/nowhere/at-all.safetensors"));
    EXPECT_GT(models_.users("second"), 0) << "it stays";
    EXPECT_EQ(pipeline.error(0), "");
    g_object_set(pipeline["p"], "model", "/nowhere/either", nullptr);
    GstMessage* warning = wait_for(pipeline, GST_MESSAGE_WARNING);
    const std::string text = warning_text(warning);
    EXPECT_NE(text.find("; the model before stays in use."), std::string::npos) << text;
    if (warning != nullptr) gst_message_unref(warning);
    gchar* model = nullptr;
    g_object_get(pipeline["p"], "model", &model, nullptr);
    EXPECT_STREQ(model, "second") << "what is in use";
    g_free(model);
    ASSERT_TRUE(pipeline.reach(GST_STATE_NULL));
    EXPECT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << "and what the next start loads";
  }
}

TEST_F(ElementLive, ElementsOfOneModelShareItsWeights) {
  int loads = 0;
  gst::set_model_loader([&](const ModelRequest&) {
    ++loads;
    return std::make_shared<FakeModel>(1);
  });
  Pipeline pipeline(
      "videotestsrc num-buffers=3 ! tee name=t  t. ! queue ! stippredict model=/m ! fakesink "
      "t. ! queue ! stippredict model=/m ! fakesink  t. ! queue ! stippredict model=/m device=cpu "
      "! "
      "fakesink");
  EXPECT_TRUE(pipeline.run());
  EXPECT_EQ(loads, 2) << "one a device";
}

TEST_F(ElementLive, AFailureOfTheNetworkEndsTheStreamOrPasses) {
  models_.add("bad").fail_to_predict = true;
  const std::string source = "videotestsrc num-buffers=10 ! video/x-raw,width=16,height=16 ! ";
  for (const char* async : {"true", "false"}) {
    const std::string element = "stippredict model=bad async=" + std::string(async);
    Pipeline failing(source + element + " name=p ! fakesink");
    EXPECT_FALSE(failing.run()) << async;
    EXPECT_EQ(failing.error().find(error_name(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED)), 0u);
    Pipeline passing(source + element + " on-error=passthrough ! appsink name=out" + kSink);
    passing.ask(GST_STATE_PLAYING);
    GstMessage* warning = wait_for(passing, GST_MESSAGE_WARNING);
    EXPECT_NE(warning, nullptr);
    const std::string text = warning_text(warning);
    EXPECT_NE(text.find("; the video passes"), std::string::npos) << text;
    if (warning != nullptr) gst_message_unref(warning);
    EXPECT_TRUE(passing.wait_for_eos());
    EXPECT_GE(passing.pull_all().size(), 1u);
  }
}

TEST_F(ElementLive, FiftyAsyncRunsBeginClean) {
  Pipeline pipeline(
      "videotestsrc num-buffers=6 ! video/x-raw,width=16,height=16 ! stippredict name=p "
      "model=copy-last async=true ! fakesink  p.original ! appsink name=o" +
      std::string(kSink));
  for (int cycle = 0; cycle < 50; ++cycle) {
    ASSERT_TRUE(pipeline.run());
    ASSERT_EQ(pipeline.pull_all("o").size(), 6u) << "cycle " << cycle;
    ASSERT_EQ(stat(pipeline["p"], "frames-in"), 6u);
    ASSERT_TRUE(pipeline.reach(cycle % 2 == 0 ? GST_STATE_READY : GST_STATE_NULL));
  }
}

}  // namespace
}  // namespace stip::test
