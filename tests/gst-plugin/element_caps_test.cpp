#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

class ElementCaps : public GstTest {
 protected:
  static CapsPtr sink_caps(ElementHarness& h, GstCaps* filter = nullptr) {
    GstPad* sink = gst_element_get_static_pad(h.element(), "sink");
    CapsPtr caps(gst_pad_query_caps(sink, filter));
    gst_object_unref(sink);
    return caps;
  }

  static bool accepts(const CapsPtr& caps, const char* text) {
    const CapsPtr tried(gst_caps_from_string(text));
    return gst_caps_can_intersect(caps.get(), tried.get());
  }

  static std::string current_caps(ElementHarness& h) {
    GstPad* src = gst_element_get_static_pad(h.element(), "src");
    GstCaps* caps = gst_pad_get_current_caps(src);
    gchar* text = gst_caps_to_string(caps);
    const std::string described = text;
    g_free(text);
    gst_caps_unref(caps);
    gst_object_unref(src);
    return described;
  }
};

TEST_F(ElementCaps, TheSinkTakesTheTemplateWhereNothingIsSaidDownstream) {
  ElementHarness h;
  const CapsPtr caps = sink_caps(h);
  for (GstVideoFormat format : all_formats()) {
    EXPECT_TRUE(gst_caps_can_intersect(caps.get(), caps_of(video_info(format, 1, 1)).get()));
  }
  for (const char* format : {"I420_10LE", "NV12_4L4", "RGB8P", "RGB16", "IYU1", "VYUY", "NV61"}) {
    const std::string text = std::string("video/x-raw,width=8,height=8,format=") + format;
    EXPECT_FALSE(accepts(caps, text.c_str())) << format;
  }
}

TEST_F(ElementCaps, TheSinkTakesWhatDownstreamTakes) {
  ElementHarness h;
  gst_harness_set_sink_caps_str(h.harness(), "video/x-raw,format=NV12,width=64,height=[1,100]");
  const CapsPtr caps = sink_caps(h);
  EXPECT_TRUE(accepts(caps, "video/x-raw,format=NV12,width=64,height=100"));
  EXPECT_FALSE(accepts(caps, "video/x-raw,format=NV12,width=32,height=100"));
  EXPECT_FALSE(accepts(caps, "video/x-raw,format=I420,width=64,height=100"));
}

TEST_F(ElementCaps, SideBySideHalvesWhatDownstreamTakes) {
  ElementHarness h("output=side-by-side");
  gst_harness_set_sink_caps_str(h.harness(), "video/x-raw,format=NV12,width=[2,64,2],height=8");
  const CapsPtr caps = sink_caps(h);
  EXPECT_TRUE(accepts(caps, "video/x-raw,format=NV12,width=32,height=8"));
  EXPECT_TRUE(accepts(caps, "video/x-raw,format=NV12,width=31,height=8"));
  EXPECT_FALSE(accepts(caps, "video/x-raw,format=NV12,width=33,height=8"));
}

TEST_F(ElementCaps, TheQuerysFilterIsRespected) {
  ElementHarness h("output=side-by-side");
  const CapsPtr filter(gst_caps_from_string("video/x-raw,format=BGR,width=33"));
  const CapsPtr caps = sink_caps(h, filter.get());
  EXPECT_FALSE(gst_caps_is_empty(caps.get()));
  EXPECT_TRUE(gst_caps_is_subset(caps.get(), filter.get()));
}

TEST_F(ElementCaps, FieldsOfTheCapsAreKept) {
  for (const char* output : {"predicted", "side-by-side"}) {
    ElementHarness h(std::string("output=") + output);
    gst_harness_set_src_caps_str(
        h.harness(),
        "video/x-raw,format=I420,width=32,height=24,framerate=30000/1001,"
        "pixel-aspect-ratio=12/11,colorimetry=bt601,chroma-site=jpeg,interlace-mode=progressive");
    const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_I420, 32, 24);
    h.push(picture(info, 0, 0));
    h.finish();
    const std::string caps = current_caps(h);
    for (const char* field : {"30000/1001", "12/11", "bt601", "jpeg", "progressive"}) {
      EXPECT_NE(caps.find(field), std::string::npos) << caps;
    }
    const char* width = std::string(output) == "predicted" ? "width=(int)32" : "width=(int)64";
    EXPECT_NE(caps.find(width), std::string::npos) << caps;
  }
}

TEST_F(ElementCaps, SizeAndFormatChangeInTheMiddle) {
  for (const char* output : {"predicted", "side-by-side", "original"}) {
    ElementHarness h(std::string("context=2 output=") + output);
    const GstVideoInfo first = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
    const GstVideoInfo second = video_info(GST_VIDEO_FORMAT_I420, 33, 17);
    h.start(first);
    h.push_pictures(first, 0, 3);
    h.start(second);
    h.push_pictures(second, 3, 3);
    h.finish();
    const bool predicted = std::string(output) == "predicted";
    // Predictions need two frames of the new size.
    EXPECT_EQ(h.times(), predicted ? (std::vector<GstClockTime>{2, 3, 5, 6})
                                   : (std::vector<GstClockTime>{0, 1, 2, 3, 4, 5}))
        << output;
    const GstVideoInfo both = video_info(GST_VIDEO_FORMAT_I420, 66, 17);
    const gsize last = GST_VIDEO_INFO_SIZE(std::string(output) == "side-by-side" ? &both : &second);
    EXPECT_EQ(gst_buffer_get_size(h.buffers.back().get()), last);
  }
}

TEST_F(ElementCaps, AnotherRateKeepsTheContext) {
  ElementHarness h("context=3");
  h.start(video_info(GST_VIDEO_FORMAT_BGR, 8, 6));
  h.push_pictures(video_info(GST_VIDEO_FORMAT_BGR, 8, 6), 0, 3);
  h.start(video_info(GST_VIDEO_FORMAT_BGR, 8, 6, 50));
  h.push_pictures(video_info(GST_VIDEO_FORMAT_BGR, 8, 6), 3, 2);
  h.finish();
  EXPECT_EQ(h.buffers.size(), 3u);
}

TEST_F(ElementCaps, WidthsAreNegotiatedThroughAScaler) {
  for (const char* width : {"width=64", "width=[2,64,2]"}) {
    Pipeline pipeline(std::string("videotestsrc num-buffers=3 ! video/x-raw,width=320,height=24 ! "
                                  "videoscale ! stippredict model=copy-last output=side-by-side ! "
                                  "video/x-raw,height=24,") +
                      width + " ! appsink name=out sync=false wait-on-eos=false");
    ASSERT_TRUE(pipeline.run()) << pipeline.error();
    EXPECT_EQ(pipeline.pull_all().size(), 3u);
    GstPad* pad = gst_element_get_static_pad(pipeline["out"], "sink");
    GstCaps* caps = gst_pad_get_current_caps(pad);
    gint got = 0;
    gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &got);
    EXPECT_EQ(got, 64);
    gst_caps_unref(caps);
    gst_object_unref(pad);
  }
}

TEST_F(ElementCaps, AnotherOutputAsksUpstreamToNegotiate) {
  ElementHarness h;
  h.start(video_info(GST_VIDEO_FORMAT_BGR, 8, 6));
  const auto asked = [&] {
    int count = 0;
    while (GstEvent* event = gst_harness_try_pull_upstream_event(h.harness())) {
      count += GST_EVENT_TYPE(event) == GST_EVENT_RECONFIGURE;
      gst_event_unref(event);
    }
    return count;
  };
  asked();
  h.set("horizon", "3");
  EXPECT_EQ(asked(), 0);
  h.set("output", "side-by-side");
  EXPECT_EQ(asked(), 1);
  h.set("output", "side-by-side");
  EXPECT_EQ(asked(), 0);
}

TEST_F(ElementCaps, AnOutputThatDownstreamRefusesIsNotNegotiated) {
  ElementHarness h;
  gst_harness_set_sink_caps_str(h.harness(), "video/x-raw,width=8");
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  h.start(info);
  h.push_pictures(info, 0, 2);
  h.wait_for(2);
  h.set("output", "side-by-side");
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 2; i < 30 && flow == GST_FLOW_OK; ++i) flow = h.push(picture(info, i, i));
  EXPECT_EQ(flow, GST_FLOW_NOT_NEGOTIATED);
}

// The flow alone would blame whoever is upstream, for a property of ours.
TEST_F(ElementCaps, AnOutputThatDownstreamRefusesIsToldOnceWithAWayOut) {
  ElementHarness h;
  gst_harness_set_sink_caps_str(h.harness(), "video/x-raw,width=8");
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 6);
  h.start(info);
  h.push_pictures(info, 0, 2);
  h.wait_for(2);
  GstBus* bus = gst_bus_new();
  gst_element_set_bus(h.element(), bus);
  h.set("output", "side-by-side");
  for (int i = 2; i < 30; ++i) h.push(picture(info, i, i));
  GstMessage* message = gst_bus_timed_pop_filtered(bus, kPatience, GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  EXPECT_TRUE(g_error_matches(error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION));
  for (const char* word : {"twice as wide (16 pixels)", "videoscale"}) {
    EXPECT_NE(std::string(error->message).find(word), std::string::npos) << error->message;
  }
  g_error_free(error);
  gst_message_unref(message);
  EXPECT_EQ(gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR), nullptr) << "told again";
  gst_element_set_bus(h.element(), nullptr);
  gst_object_unref(bus);
}

// Upstream, asked to negotiate again, may be the first to fail: a filter or a decoder that cannot
// give half the width.
TEST_F(ElementCaps, AnOutputThatUpstreamCannotServeIsToldInItsPlace) {
  for (const char* upstream : {"capsfilter", "jpegenc ! jpegdec", "identity"}) {
    for (const char* async : {"true", "false"}) {
      Pipeline pipeline(
          std::string("videotestsrc is-live=true ! video/x-raw,format=I420,width=64,height=48 ! ") +
          upstream + " ! stippredict name=p model=copy-last async=" + async +
          " ! video/x-raw,width=64 ! fakesink sync=true");
      ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << pipeline.error(0);
      g_usleep(50000);
      gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "side-by-side");
      EXPECT_FALSE(pipeline.wait_for_eos());
      const std::string error = pipeline.error();
      EXPECT_EQ(error.find(error_name(GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION)), 0u)
          << upstream << ", async=" << async << ": " << error;
      EXPECT_NE(error.find("side-by-side is twice as wide (128 pixels)"), std::string::npos)
          << error;
    }
  }
}

TEST_F(ElementCaps, AnOutputThatAScalerCanServeIsServed) {
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,format=I420,width=64,height=48 ! videoscale ! "
      "stippredict name=p "
      "model=copy-last ! video/x-raw,width=64 ! fakesink name=out sync=true");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING)) << pipeline.error(0);
  gst_util_set_object_arg(G_OBJECT(pipeline["p"]), "output", "side-by-side");
  GstPad* pad = gst_element_get_static_pad(pipeline["p"], "sink");
  int width = 0;
  for (int i = 0; i < 1000 && width != 32; ++i) {
    g_usleep(5000);
    const CapsPtr caps(gst_pad_get_current_caps(pad));
    gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "width", &width);
  }
  gst_object_unref(pad);
  EXPECT_EQ(width, 32);
  EXPECT_EQ(pipeline.error(0), "");
}

}  // namespace
}  // namespace stip::test
