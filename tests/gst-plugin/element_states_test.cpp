#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

class ElementStates : public GstTest {};

constexpr const char* kPipeline =
    "videotestsrc num-buffers=6 ! video/x-raw,width=16,height=16,framerate=25/1 ! "
    "stippredict name=p model=copy-last ! appsink name=out sync=false wait-on-eos=false";

TEST_F(ElementStates, EveryOrderTwice) {
  const GstState states[] = {GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING};
  Pipeline pipeline(kPipeline);
  for (int round = 0; round < 2; ++round) {
    for (GstState from : states) {
      for (GstState to : states) {
        EXPECT_TRUE(pipeline.reach(from));
        EXPECT_TRUE(pipeline.reach(to)) << from << " to " << to;
      }
    }
  }
}

TEST_F(ElementStates, AHundredCyclesEachComplete) {
  Pipeline pipeline(kPipeline);
  for (int cycle = 0; cycle < 100; ++cycle) {
    ASSERT_TRUE(pipeline.run());
    ASSERT_EQ(pipeline.pull_all().size(), 6u) << "cycle " << cycle;
    ASSERT_TRUE(pipeline.reach(GST_STATE_NULL));
  }
}

TEST_F(ElementStates, NothingOfTheStreamIsHeldInReady) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  for (const char* output : {"predicted", "side-by-side"}) {
    ElementHarness h(std::string("output=") + output);
    h.start(info);
    h.push_pictures(info, 0, 3);
    h.finish();
    ASSERT_NE(h.buffers.at(0)->pool, nullptr) << "predictions come from a pool";
    GWeakRef pool;
    g_weak_ref_init(&pool, h.buffers[0]->pool);
    h.buffers.clear();
    EXPECT_EQ(gst_element_set_state(h.element(), GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
    gpointer held = g_weak_ref_get(&pool);
    EXPECT_EQ(held, nullptr) << output;
    g_clear_object(&held);
    g_weak_ref_clear(&pool);
  }
}

TEST_F(ElementStates, StoppingInTheMiddleNeverWaits) {
  // The queue is full and the sink prerolled: everybody waits when the state changes.
  Pipeline pipeline(
      "videotestsrc ! video/x-raw,width=16,height=16 ! stippredict model=copy-last ! fakesink "
      "sync=true");
  for (GstState last : {GST_STATE_READY, GST_STATE_NULL, GST_STATE_READY, GST_STATE_NULL}) {
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    g_usleep(20000);
    ASSERT_TRUE(pipeline.reach(last));
  }
}

// Seeks come from other threads than state changes: a flush may end while the pads are deactivated,
// or after. Nothing may wait for the other then, and no task may run on.
TEST_F(ElementStates, AFlushThatEndsWhileThePadsStopLeavesNoTask) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  for (int round = 0; round < 200; ++round) {
    ElementHarness h;
    h.start(info);
    GstPad* src = gst_element_get_static_pad(h.element(), "src");
    std::atomic<bool> stop{false};
    auto flushing = std::async(std::launch::async, [&] {
      while (!stop) {
        h.push_event(gst_event_new_flush_start());
        h.push_event(gst_event_new_flush_stop(TRUE));
      }
    });
    g_usleep(static_cast<gulong>(round % 20) * 50);
    auto stopping = std::async(std::launch::async,
                               [&] { return gst_element_set_state(h.element(), GST_STATE_NULL); });
    if (stopping.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
      FAIL() << "they wait for each other";
    }
    EXPECT_EQ(stopping.get(), GST_STATE_CHANGE_SUCCESS);
    stop = true;
    flushing.get();
    EXPECT_EQ(GST_PAD_TASK(src), nullptr) << "round " << round;
    gst_object_unref(src);
  }
}

TEST_F(ElementStates, TheSinkPrerollsOnTheWarmUp) {
  // 50 frames of context come, but the sink need not wait for them.
  Pipeline pipeline(
      "videotestsrc is-live=false ! video/x-raw,width=16,height=16 ! "
      "stippredict model=copy-last context=50 horizon=14 ! fakesink sync=true");
  EXPECT_TRUE(pipeline.reach(GST_STATE_PAUSED));
}

TEST_F(ElementStates, AModelSetInReadyIsLoadedOnTheWayToPaused) {
  Pipeline pipeline(kPipeline);
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  g_object_set(pipeline["p"], "model", "/nowhere/at-all.safetensors", nullptr);
  EXPECT_FALSE(pipeline.reach(GST_STATE_PAUSED));
  EXPECT_NE(pipeline.error().find(error_name(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND)),
            std::string::npos);
  ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  g_object_set(pipeline["p"], "model", "copy-last", nullptr);
  EXPECT_TRUE(pipeline.run());
  EXPECT_EQ(pipeline.pull_all().size(), 6u);
}

TEST_F(ElementStates, APropertySetTooLateForThisRunIsWarnedOf) {
  gst_debug_set_threshold_for_name("stippredict", GST_LEVEL_WARNING);
  std::string warnings;
  const GstLogFunction collect = [](GstDebugCategory* category, GstDebugLevel, const gchar*,
                                    const gchar*, gint, GObject*, GstDebugMessage* message,
                                    gpointer all) {
    if (std::string(gst_debug_category_get_name(category)) != "stippredict") return;
    *static_cast<std::string*>(all) += gst_debug_message_get(message);
  };
  (gst_debug_add_log_function)(collect, &warnings, nullptr);  // a macro of the name wants C
  {
    Pipeline pipeline(kPipeline);
    ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
    g_object_set(pipeline["p"], "context", 2, nullptr);
    EXPECT_EQ(warnings, "");
    ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    g_object_set(pipeline["p"], "horizon", 2, nullptr);
    EXPECT_EQ(warnings, "");
    g_object_set(pipeline["p"], "context", 3, nullptr);
  }
  EXPECT_NE(warnings.find("context takes effect at the next change"), std::string::npos);
  gst_debug_remove_log_function_by_data(&warnings);
  gst_debug_unset_threshold_for_name("stippredict");
}

TEST_F(ElementStates, StatisticsBeginAnewWithEachRun) {
  Pipeline pipeline(kPipeline);
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(pipeline.run());
    GstStructure* stats = nullptr;
    g_object_get(pipeline["p"], "stats", &stats, nullptr);
    EXPECT_TRUE(gst_structure_has_name(stats, "application/x-stippredict-stats"));
    guint64 frames = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, "frames-in", &frames));
    EXPECT_EQ(frames, 6u);
    gst_structure_free(stats);
    ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  }
}

TEST_F(ElementStates, PropertiesAreReadBackAndNeedNoModel) {
  GstElement* element = gst_element_factory_make("stippredict", nullptr);
  gst_object_ref_sink(element);
  const std::pair<const char*, const char*> given[] = {
      {"model", "some.file"},   {"device", "cuda:1"}, {"threads", "3"},  {"state", "recurrent"},
      {"context", "7"},         {"resize", "pad"},    {"horizon", "64"}, {"output", "side-by-side"},
      {"timestamps", "source"}, {"max-gap", "12345"}};
  for (const auto& [name, value] : given) {
    gst_util_set_object_arg(G_OBJECT(element), name, value);
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
    ASSERT_NE(spec, nullptr) << name;
    EXPECT_GT(std::string(g_param_spec_get_blurb(spec)).size(), 20u) << name;
    GValue read = G_VALUE_INIT;
    g_value_init(&read, spec->value_type);
    g_object_get_property(G_OBJECT(element), name, &read);
    gchar* text =
        G_IS_PARAM_SPEC_STRING(spec) ? g_value_dup_string(&read) : gst_value_serialize(&read);
    EXPECT_STREQ(text, value) << name;
    g_free(text);
    g_value_unset(&read);
  }
  gst_object_unref(element);
}

}  // namespace
}  // namespace stip::test
