#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

using Times = std::vector<GstClockTime>;

constexpr const char* kSource =
    "videotestsrc pattern=ball animation-mode=frames num-buffers=20 ! "
    "video/x-raw,format=BGR,width=36,height=24,framerate=25/1 ! "
    "stippredict name=p async=false model=copy-last ";
constexpr const char* kSink = " sync=false wait-on-eos=false ";

class ElementPads : public GstTest {
 protected:
  static Times times(const std::vector<BufferPtr>& buffers) {
    Times all;
    for (const BufferPtr& buffer : buffers) all.push_back(GST_BUFFER_PTS(buffer.get()) / kStep);
    return all;
  }

  static Times from(GstClockTime first, std::size_t count) {
    Times all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = first + i;
    return all;
  }

  static std::string appsink(const std::string& name) { return "appsink name=" + name + kSink; }

  static GstElement* new_element() {
    GstElement* element = gst_element_factory_make("stippredict", nullptr);
    g_object_set(element, "model", "copy-last", nullptr);
    return GST_ELEMENT(gst_object_ref_sink(element));
  }
};

TEST_F(ElementPads, OriginalAndPredictionsComeFromOneElementWithoutQueues) {
  Pipeline pipeline(std::string(kSource) + " p.original ! " + appsink("o") + " p.pred_1 ! " +
                    appsink("a") + " p.pred_5 ! " + appsink("b"));
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  const std::vector<BufferPtr> originals = pipeline.pull_all("o");
  const std::vector<BufferPtr> near = pipeline.pull_all("a");
  const std::vector<BufferPtr> far = pipeline.pull_all("b");
  EXPECT_EQ(times(originals), from(0, 20));
  EXPECT_EQ(times(near), from(1, 20));
  EXPECT_EQ(times(far), from(5, 20));
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(bytes(near[i].get()), bytes(originals[i].get()));
    EXPECT_EQ(bytes(far[i].get()), bytes(originals[i].get()));
  }
}

TEST_F(ElementPads, TheOriginalIsTheInputItself) {
  GstElement* element = new_element();
  g_object_set(element, "async", 2, nullptr);
  GstHarness* h = gst_harness_new_with_element(element, "sink", "original");
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  gst_harness_set_src_caps(h, caps_of(info).release());
  BufferPtr input = picture(info, 0, 0);
  const GstBuffer* sent = input.get();
  EXPECT_EQ(gst_harness_push(h, input.release()), GST_FLOW_OK);
  const BufferPtr out(gst_harness_pull(h));
  EXPECT_EQ(out.get(), sent);
  EXPECT_TRUE(gst_buffer_is_writable(out.get())) << "nobody else holds it";
  gst_harness_teardown(h);
  gst_object_unref(element);
}

TEST_F(ElementPads, NamesAndNumbers) {
  GstElement* element = new_element();
  const auto request = [&](const char* name) {
    GstPad* pad = gst_element_request_pad_simple(element, name);
    std::string got = pad != nullptr ? GST_PAD_NAME(pad) : "";
    int horizon = 0;
    if (pad != nullptr && got != "original") g_object_get(pad, "horizon", &horizon, nullptr);
    if (pad != nullptr) gst_object_unref(pad);
    return got + ":" + std::to_string(horizon);
  };
  EXPECT_EQ(request("pred_2"), "pred_2:2");
  EXPECT_EQ(request("pred_%u"), "pred_1:1");
  EXPECT_EQ(request("pred_%u"), "pred_3:3");
  EXPECT_EQ(request("pred_64"), "pred_64:64");
  EXPECT_EQ(request("original"), "original:0");
  GstPadTemplate* one = gst_element_get_pad_template(element, "original");
  EXPECT_EQ(gst_element_request_pad(element, one, nullptr, nullptr), nullptr) << "there is one";
  gst_object_unref(element);
}

TEST_F(ElementPads, HorizonsThatAreNotThereAreRefusedWithAWarning) {
  GstElement* element = new_element();
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(element, bus);
  for (const char* name : {"pred_0", "pred_65", "pred_999"}) {
    EXPECT_EQ(gst_element_request_pad_simple(element, name), nullptr) << name;
    GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_WARNING);
    EXPECT_NE(message, nullptr) << name;
    if (message != nullptr) gst_message_unref(message);
  }
  gst_element_set_bus(element, nullptr);
  gst_object_unref(bus);
  gst_object_unref(element);
}

TEST_F(ElementPads, GstLaunchSetsAPadsProperties) {
  Pipeline pipeline(std::string(kSource) +
                    " pred_1::horizon=3 pred_2::timestamps=source p.pred_1 ! " + appsink("a") +
                    " p.pred_2 ! " + appsink("b"));
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  EXPECT_EQ(times(pipeline.pull_all("a")), from(3, 20));
  EXPECT_EQ(times(pipeline.pull_all("b")), from(0, 20));
}

TEST_F(ElementPads, ChildrenAreTheRequestPadsOfPredictions) {
  GstElement* element = new_element();
  std::vector<std::string> told;
  const auto note = +[](GstChildProxy*, GObject*, const char* name, gpointer list) {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
  };
  g_signal_connect(element, "child-added", G_CALLBACK(note), &told);
  g_signal_connect(element, "child-removed", G_CALLBACK(note), &told);
  GstPad* original = gst_element_request_pad_simple(element, "original");
  GstPad* pad = gst_element_request_pad_simple(element, "pred_7");
  EXPECT_EQ(gst_child_proxy_get_children_count(GST_CHILD_PROXY(element)), 1u);
  GObject* child = gst_child_proxy_get_child_by_name(GST_CHILD_PROXY(element), "pred_7");
  EXPECT_EQ(child, G_OBJECT(pad));
  g_clear_object(&child);
  gst_element_release_request_pad(element, pad);
  EXPECT_EQ(gst_child_proxy_get_children_count(GST_CHILD_PROXY(element)), 0u);
  EXPECT_EQ(told, (std::vector<std::string>{"pred_7", "pred_7"}));
  gst_object_unref(original);
  gst_object_unref(pad);
  gst_object_unref(element);
}

TEST_F(ElementPads, TwoPadsMayShareAHorizon) {
  Pipeline pipeline(std::string(kSource) + " pred_1::horizon=2 p.pred_1 ! " + appsink("a") +
                    " p.pred_2 ! " + appsink("b"));
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  const std::vector<BufferPtr> a = pipeline.pull_all("a");
  const std::vector<BufferPtr> b = pipeline.pull_all("b");
  EXPECT_EQ(times(a), from(2, 20));
  EXPECT_EQ(times(b), from(2, 20));
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(bytes(a[i].get()), bytes(b[i].get()));
}

// A sink that counts, requested in the middle of the stream.
struct LateBranch {
  LateBranch(Pipeline& pipeline, const char* pad_name) : pipeline_(pipeline) {
    sink = gst_element_factory_make("appsink", nullptr);
    g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
    gst_bin_add(GST_BIN(pipeline.get()), sink);
    gst_element_sync_state_with_parent(sink);
    pad = gst_element_request_pad_simple(pipeline["p"], pad_name);
    GstPad* peer = gst_element_get_static_pad(sink, "sink");
    linked = GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, peer));
    gst_object_unref(peer);
  }
  ~LateBranch() {
    gst_element_release_request_pad(pipeline_["p"], pad);
    gst_object_unref(pad);
    gst_element_set_state(sink, GST_STATE_NULL);
    gst_bin_remove(GST_BIN(pipeline_.get()), sink);
  }
  GstSample* pull() { return gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kPatience); }
  std::string stream_id() {
    gchar* id = gst_pad_get_stream_id(pad);
    const std::string text = id != nullptr ? id : "";
    g_free(id);
    return text;
  }
  guint group() {
    GstEvent* event = gst_pad_get_sticky_event(pad, GST_EVENT_STREAM_START, 0);
    guint id = 0;
    if (event != nullptr) {
      gst_event_parse_group_id(event, &id);
      gst_event_unref(event);
    }
    return id;
  }

  Pipeline& pipeline_;
  GstElement* sink;
  GstPad* pad;
  bool linked;
};

constexpr const char* kEndless =
    "videotestsrc ! video/x-raw,format=BGR,width=36,height=24,framerate=25/1 ! "
    "taginject tags=title=kept ! stippredict name=p model=copy-last async=";

TEST_F(ElementPads, RequestedAndReleasedWhilePlaying) {
  for (const char* async : {"false", "true"}) {
    Pipeline pipeline(kEndless + std::string(async) + " ! fakesink sync=true");
    ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
    for (int round = 0; round < 10; ++round) {
      LateBranch original(pipeline, "original");
      LateBranch near(pipeline, "pred_%u");
      LateBranch far(pipeline, "pred_5");
      for (LateBranch* branch : {&original, &near, &far}) {
        ASSERT_TRUE(branch->linked);
        GstSample* sample = branch->pull();
        ASSERT_NE(sample, nullptr) << GST_PAD_NAME(branch->pad) << ", async=" << async;
        EXPECT_NE(gst_sample_get_caps(sample), nullptr);
        EXPECT_EQ(gst_sample_get_segment(sample)->format, GST_FORMAT_TIME);
        gst_sample_unref(sample);
        GstEvent* tag = gst_pad_get_sticky_event(branch->pad, GST_EVENT_TAG, 0);
        EXPECT_NE(tag, nullptr);
        if (tag != nullptr) gst_event_unref(tag);
      }
      EXPECT_NE(near.stream_id(), far.stream_id());
      EXPECT_NE(near.stream_id(), original.stream_id());
      EXPECT_EQ(near.group(), far.group());
      EXPECT_NE(near.group(), 0u);
    }
    EXPECT_EQ(pipeline.error(0), "");
  }
}

TEST_F(ElementPads, NoPeerNoEosAndNoNullOfOnePadStopsTheOthers) {
  for (const char* other : {"pred_2", "pred_2 ! identity eos-after=5 ! fakesink async=false",
                            "pred_2 ! fakesink name=x async=false", "original"}) {
    Pipeline pipeline(kEndless + std::string("false ! appsink name=out max-buffers=50 drop=true ") +
                      kSink + " p." +
                      (std::string(other).find('!') == std::string::npos
                           ? "pred_9 ! fakesink async=false"
                           : other));
    GstPad* open = nullptr;
    if (std::string(other).find('!') == std::string::npos) {
      open = gst_element_request_pad_simple(pipeline["p"], other);  // never linked
    }
    ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << other;
    if (std::string(other).find("name=x") != std::string::npos) {
      gst_element_set_locked_state(pipeline["x"], TRUE);
      gst_element_set_state(pipeline["x"], GST_STATE_NULL);
    }
    for (int i = 0; i < 100; ++i) {
      GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(pipeline["out"]), kPatience);
      ASSERT_NE(sample, nullptr) << other << ", frame " << i;
      gst_sample_unref(sample);
    }
    EXPECT_EQ(pipeline.error(0), "") << other;
    if (open != nullptr) gst_object_unref(open);
  }
}

TEST_F(ElementPads, AnErrorOfOnePadEndsAll) {
  Pipeline pipeline(kEndless + std::string("false ! fakesink async=false  p.pred_2 ! identity "
                                           "error-after=5 ! fakesink async=false"));
  EXPECT_FALSE(pipeline.run());
  EXPECT_NE(pipeline.error(), "");
}

TEST_F(ElementPads, NothingLinkedIsNotLinked) {
  Pipeline pipeline("videotestsrc num-buffers=50 ! stippredict name=p model=copy-last");
  gst_object_unref(gst_element_request_pad_simple(pipeline["p"], "pred_1"));
  EXPECT_FALSE(pipeline.run());
  EXPECT_EQ(pipeline.error().find(error_name(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED)), 0u);
}

// The slow one holds the others back as in tee, and nothing is lost.
TEST_F(ElementPads, ASlowPadLosesNothing) {
  Pipeline pipeline(std::string(kSource) + " p.original ! " + appsink("o") +
                    " p.pred_1 ! identity sleep-time=10000 ! " + appsink("a"));
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  EXPECT_EQ(times(pipeline.pull_all("o")), from(0, 20));
  EXPECT_EQ(times(pipeline.pull_all("a")), from(1, 20));
}

TEST_F(ElementPads, TheSinkTakesWhatAllPeersTake) {
  Pipeline pipeline(
      "videotestsrc num-buffers=3 ! videoconvert ! videoscale ! stippredict name=p "
      "model=copy-last ! video/x-raw,format={NV12,BGR} ! fakesink  p.pred_1 ! "
      "video/x-raw,format={BGR,I420},width=48 ! appsink name=out sync=false wait-on-eos=false");
  ASSERT_TRUE(pipeline.run()) << pipeline.error();
  GstPad* sink = gst_element_get_static_pad(pipeline["p"], "sink");
  GstCaps* caps = gst_pad_get_current_caps(sink);
  GstVideoInfo info;
  gst_video_info_from_caps(&info, caps);
  EXPECT_EQ(GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_FORMAT_BGR);
  EXPECT_EQ(GST_VIDEO_INFO_WIDTH(&info), 48);
  gst_caps_unref(caps);
  gst_object_unref(sink);
}

TEST_F(ElementPads, ASeekOfAllSinksGoesUpstreamOnce) {
  Pipeline pipeline(std::string(kSource) + " p.original ! " + appsink("o") + " p.pred_1 ! " +
                    appsink("a") + " p.pred_2 ! " + appsink("b"));
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  GstPad* sink = gst_element_get_static_pad(pipeline["p"], "sink");
  std::atomic<int> seeks{0};
  gst_pad_add_probe(
      sink, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer count) {
        if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_SEEK) {
          ++*static_cast<std::atomic<int>*>(count);
        }
        return GST_PAD_PROBE_OK;
      },
      &seeks, nullptr);
  EXPECT_TRUE(pipeline.seek(5 * kStep));
  EXPECT_EQ(seeks, 1);
  EXPECT_TRUE(pipeline.seek(6 * kStep));
  EXPECT_EQ(seeks, 2);
  gst_object_unref(sink);
  ASSERT_TRUE(pipeline.run());
  EXPECT_EQ(times(pipeline.pull_all("o")).front(), 6u);
}

TEST_F(ElementPads, AReconfigureStaysOnItsPad) {
  ElementHarness h;
  h.start(video_info(GST_VIDEO_FORMAT_BGR, 8, 6));
  while (GstEvent* event = gst_harness_try_pull_upstream_event(h.harness())) gst_event_unref(event);
  EXPECT_TRUE(gst_harness_push_upstream_event(h.harness(), gst_event_new_reconfigure()));
  EXPECT_EQ(gst_harness_try_pull_upstream_event(h.harness()), nullptr);
}

TEST_F(ElementPads, IntoACompositorBesideTheOriginal) {
  for (const char* live : {"false", "true"}) {
    for (int horizon : {1, 8}) {
      Pipeline pipeline("videotestsrc num-buffers=40 is-live=" + std::string(live) +
                        " ! video/x-raw,width=36,height=24,framerate=50/1 ! stippredict name=p "
                        "model=copy-last  compositor name=c sink_1::xpos=34 ! appsink name=out" +
                        kSink + " p.original ! c.  p.pred_" + std::to_string(horizon) + " ! c.");
      ASSERT_TRUE(pipeline.run()) << pipeline.error();
      const std::vector<BufferPtr> buffers = pipeline.pull_all();
      EXPECT_GE(buffers.size(), 38u) << "live=" << live << " horizon=" << horizon;
      // Once there was a right half it never goes black again while the original goes on.
      bool seen = false;
      for (std::size_t i = 0; i < std::min<std::size_t>(buffers.size(), 38); ++i) {
        const std::vector<std::uint8_t> all = bytes(buffers[i].get());
        const std::size_t row = all.size() / 24;
        const bool shown = all[row / 68 * 40] > 20 || all[row / 68 * 40 + 1] > 20;
        EXPECT_TRUE(shown || !seen) << "flickers at " << i << ", live=" << live;
        seen = seen || shown;
      }
      EXPECT_TRUE(seen);
    }
  }
}

TEST_F(ElementPads, TwoInParallelGiveWhatEachGivesAlone) {
  const auto contents = [](Pipeline& pipeline, const char* name) {
    std::vector<std::vector<std::uint8_t>> all;
    for (const BufferPtr& buffer : pipeline.pull_all(name)) all.push_back(bytes(buffer.get()));
    return all;
  };
  const std::string source =
      "videotestsrc pattern=ball animation-mode=frames num-buffers=20 ! "
      "video/x-raw,format=I420,width=36,height=24,framerate=25/1 ! ";
  const std::string one = "stippredict async=false model=copy-last name=";
  Pipeline alone(source + one + "p p.pred_3 ! " + appsink("a"));
  ASSERT_TRUE(alone.run());
  Pipeline both(source + "tee name=t  t. ! queue ! " + one + "p p.pred_3 ! " + appsink("a") +
                " t. ! queue ! " + one + "q q.pred_3 ! " + appsink("b") + " q.original ! " +
                appsink("c"));
  ASSERT_TRUE(both.run());
  const auto wanted = contents(alone, "a");
  EXPECT_EQ(wanted.size(), 20u);
  EXPECT_EQ(contents(both, "a"), wanted);
  EXPECT_EQ(contents(both, "b"), wanted);
}

}  // namespace
}  // namespace stip::test
