#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gst_element_harness.h"
#include "gst_fake_models.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

// What is told while a model loads, what a pipeline learns of latency, and pads beside a worker.
namespace stip::test {
namespace {

class ElementBesides : public GstTest {
 protected:
  FakeModels models_;
};

// Types of the PROGRESS messages, and the number of element messages, until a second has brought
// none.
std::string told(GstBus* bus) {
  std::string all;
  const auto types = static_cast<GstMessageType>(GST_MESSAGE_PROGRESS | GST_MESSAGE_ELEMENT);
  while (GstMessage* message = gst_bus_timed_pop_filtered(bus, GST_SECOND, types)) {
    GstProgressType type = GST_PROGRESS_TYPE_CANCELED;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_PROGRESS) {
      gst_message_parse_progress(message, &type, nullptr, nullptr);
      all += type == GST_PROGRESS_TYPE_START ? 's' : type == GST_PROGRESS_TYPE_COMPLETE ? 'c' : 'e';
    } else {
      all += 'u';
    }
    gst_message_unref(message);
  }
  return all;
}

TEST_F(ElementBesides, ProgressIsToldWhileAModelLoadsUnlessItIsNotWanted) {
  models_.add("first");
  models_.add("second");
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,width=16,height=16 ! stippredict name=p "
      "model=first ! fakesink sync=false");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  GstBus* bus = gst_element_get_bus(pipeline.get());
  g_object_set(pipeline["p"], "model", "second", nullptr);
  EXPECT_EQ(told(bus), "scu");
  g_object_set(pipeline["p"], "model", "/nowhere.safetensors", nullptr);
  EXPECT_EQ(told(bus), "seu");
  g_object_set(pipeline["p"], "post-messages", FALSE, "model", "first", nullptr);
  EXPECT_EQ(told(bus), "");
  gst_object_unref(bus);
}

TEST_F(ElementBesides, WithoutAWorkerEachPadHasTheNetworksLatency) {
  models_.add("slow", 1, 15);
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,width=16,height=16,framerate=50/1 ! stippredict "
      "name=p model=slow async=false horizon=4 ! fakesink name=out sync=false  p.original ! "
      "fakesink name=original sync=false");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  guint64 estimate = 0;
  for (int i = 0; i < 1000 && estimate == 0; ++i) {
    g_usleep(10000);
    g_object_get(pipeline["p"], "latency-estimate", &estimate, nullptr);
  }
  EXPECT_GE(estimate, 15 * GST_MSECOND);
  for (const char* sink : {"out", "original"}) {
    GstQuery* query = gst_query_new_latency();
    GstPad* pad = gst_element_get_static_pad(pipeline[sink], "sink");
    EXPECT_TRUE(gst_pad_peer_query(pad, query)) << sink;
    gboolean live = FALSE;
    GstClockTime min = 0;
    gst_query_parse_latency(query, &live, &min, nullptr);
    EXPECT_TRUE(live);
    EXPECT_GE(min, (20 + 15) * GST_MSECOND) << sink << ": one frame of the source, and ours";
    gst_object_unref(pad);
    gst_query_unref(query);
  }
}

GstPadProbeReturn drop_all(GstPad*, GstPadProbeInfo* info, gpointer flow) {
  gst_buffer_unref(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = nullptr;
  GST_PAD_PROBE_INFO_FLOW_RETURN(info) = static_cast<GstFlowReturn>(GPOINTER_TO_INT(flow));
  return GST_PAD_PROBE_HANDLED;
}

TEST_F(ElementBesides, APredictionPadThatEndsOrFailsBesideAWorker) {
  models_.add("fast");
  for (const GstFlowReturn flow : {GST_FLOW_EOS, GST_FLOW_ERROR}) {
    Pipeline pipeline(
        "videotestsrc is-live=true num-buffers=30 ! video/x-raw,width=16,height=16,framerate=50/1 "
        "! stippredict name=p model=fast async=true output=original ! fakesink name=out "
        "sync=false  p.pred_2 ! fakesink name=bad sync=false async=false");
    GstPad* pad = gst_element_get_static_pad(pipeline["bad"], "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, drop_all, GINT_TO_POINTER(flow), nullptr);
    gst_object_unref(pad);
    if (flow == GST_FLOW_EOS) {
      EXPECT_TRUE(pipeline.run()) << pipeline.error();
      GstStructure* stats = nullptr;
      g_object_get(pipeline["p"], "stats", &stats, nullptr);
      guint64 frames = 0;
      gst_structure_get_uint64(stats, "frames-in", &frames);
      gst_structure_free(stats);
      EXPECT_EQ(frames, 30u) << "the others go on";
    } else {
      EXPECT_FALSE(pipeline.run());
      EXPECT_NE(pipeline.error(), "");
    }
  }
}

TEST_F(ElementBesides, TwoInSeriesGiveOnRequestPadsTheBytesOfSoloRuns) {
  const std::string source =
      "videotestsrc num-buffers=12 pattern=ball ! video/x-raw,format=BGR,width=16,height=16 ! ";
  const std::string sink = " ! appsink sync=false wait-on-eos=false name=";
  Pipeline both(source + "stippredict name=a model=copy-last async=false output=original " + sink +
                "o  a.pred_2 ! stippredict name=b model=copy-last async=false output=original" +
                sink + "m  b.pred_3" + sink + "out");
  Pipeline first(source +
                 "stippredict name=a model=copy-last async=false output=original ! fakesink "
                 "a.pred_2" +
                 sink + "out");
  ASSERT_TRUE(both.run()) << both.error();
  ASSERT_TRUE(first.run()) << first.error();
  const std::vector<BufferPtr> middle = both.pull_all("m");
  const std::vector<BufferPtr> solo = first.pull_all("out");
  ASSERT_EQ(middle.size(), solo.size());
  for (std::size_t i = 0; i < solo.size(); ++i) {
    EXPECT_EQ(bytes(middle[i].get()), bytes(solo[i].get())) << i;
  }
  const std::vector<BufferPtr> last = both.pull_all("out");
  ASSERT_GE(last.size(), 5u);
  // Three frames before each there is, in the solo run, the picture that it copies.
  for (const BufferPtr& buffer : last) {
    const GstClockTime made_from = GST_BUFFER_PTS(buffer.get()) - 3 * (GST_SECOND / 30);
    const auto source_frame = std::find_if(solo.begin(), solo.end(), [&](const BufferPtr& one) {
      return ABS(GST_CLOCK_DIFF(made_from, GST_BUFFER_PTS(one.get()))) < 1000;
    });
    ASSERT_NE(source_frame, solo.end());
    EXPECT_EQ(bytes(buffer.get()), bytes(source_frame->get()));
  }
}

}  // namespace
}  // namespace stip::test
