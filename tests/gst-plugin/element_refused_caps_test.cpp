#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

// An application that pushes caps without having asked what is taken: the reason is told before the
// source's "Internal data stream error", and once.
class ElementRefusedCaps : public GstTest {
 protected:
  static std::string refusal(const std::string& text, const std::string& after = "fakesink") {
    Pipeline pipeline("appsrc name=in format=time ! stippredict name=p model=copy-last ! " + after);
    const CapsPtr caps(gst_caps_from_string((text + ",framerate=25/1").c_str()));
    g_object_set(pipeline["in"], "caps", caps.get(), nullptr);
    for (int i = 0; i < 2; ++i) {
      gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]),
                              gst_buffer_new_allocate(nullptr, 1, nullptr));
    }
    EXPECT_FALSE(pipeline.run()) << text;
    const std::string error = pipeline.error();
    const std::string more = pipeline.error();
    EXPECT_EQ(more.find("stippredict"), std::string::npos) << "told again: " << more;
    return error;
  }

  static void expect_refusal(const std::string& caps, const std::vector<std::string>& words,
                             const std::string& after = "fakesink") {
    const std::string error = refusal(caps, after);
    EXPECT_EQ(error.find(error_name(GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION)), 0u) << error;
    for (const std::string& word : words) {
      EXPECT_NE(error.find(word), std::string::npos) << caps << ": " << error;
    }
  }
};

TEST_F(ElementRefusedCaps, AnotherFormatIsNamedWithVideoconvert) {
  for (const std::string format : {"I420_10LE", "NV12_4L4", "NV61", "RGB16"}) {
    expect_refusal("video/x-raw,width=8,height=8,format=" + format, {format, "videoconvert"});
  }
}

TEST_F(ElementRefusedCaps, CodedVideoIsNamedWithDecodebin) {
  expect_refusal("video/x-h264,width=8,height=8", {"video/x-h264", "decodebin"});
}

TEST_F(ElementRefusedCaps, AnotherMemoryIsToldWithWhatDownloadsIt) {
  expect_refusal("video/x-raw(memory:GLMemory),format=RGBA,width=8,height=8", {"gldownload"});
}

TEST_F(ElementRefusedCaps, InterlacedVideoIsToldWithDeinterlace) {
  const std::string video = "format=I420,width=8,height=8,interlace-mode=";
  for (const char* mode : {"interleaved", "mixed", "fields", "alternate"}) {
    expect_refusal("video/x-raw," + video + mode, {"deinterlace"});
  }
  expect_refusal("video/x-raw(format:Interlaced)," + video + "alternate", {"deinterlace"});
}

TEST_F(ElementRefusedCaps, InterlacedVideoOfASourceThatNegotiatesToo) {
  Pipeline pipeline(
      "videotestsrc num-buffers=3 ! video/x-raw,interlace-mode=interleaved ! "
      "stippredict model=copy-last ! fakesink");
  EXPECT_FALSE(pipeline.run());
  const std::string error = pipeline.error();
  EXPECT_NE(error.find("deinterlace"), std::string::npos) << error;
  const std::string more = pipeline.error();
  EXPECT_NE(more.find("Internal data stream error"), std::string::npos) << more;
}

TEST_F(ElementRefusedCaps, PicturesThatAreTooLargeAreToldWithVideoscale) {
  for (const std::string format : {"GRAY8", "BGR", "BGRx", "GBRA"}) {
    const std::string error = refusal("video/x-raw,width=60000,height=60000,format=" + format);
    EXPECT_NE(error.find("videoscale"), std::string::npos) << format << " " << error;
  }
}

TEST_F(ElementRefusedCaps, WhatDownstreamDoesNotTakeIsToldWithWhatToPutAfter) {
  expect_refusal("video/x-raw,format=I420,width=64,height=48", {"next element", "videoconvert"},
                 "video/x-raw,format=BGR ! fakesink");
}

TEST_F(ElementRefusedCaps, OthersMayBeTriedAfterThem) {
  const GstVideoInfo taken = video_info(GST_VIDEO_FORMAT_Y42B, 8, 8);
  ElementHarness h;
  h.start(video_info(GST_VIDEO_FORMAT_I420_10LE, 8, 8));
  h.start(taken);
  h.push_pictures(taken, 0, 2);
  h.finish();
  EXPECT_EQ(h.buffers.size(), 2u);
}

}  // namespace
}  // namespace stip::test
