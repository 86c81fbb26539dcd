#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include "gst_element_harness.h"
#include "gst_leaks.h"
#include "gst_pipeline.h"

namespace stip::test {
namespace {

struct Size {
  int width;
  int height;
};
constexpr Size kSizes[] = {{1, 1}, {2, 2}, {3, 5}, {33, 17}, {127, 61}, {511, 333}};

class ElementFormats : public GstTest, public ::testing::WithParamInterface<GstVideoFormat> {};

GstVideoInfo doubled(const GstVideoInfo& info) {
  return video_info(GST_VIDEO_INFO_FORMAT(&info), 2 * GST_VIDEO_INFO_WIDTH(&info),
                    GST_VIDEO_INFO_HEIGHT(&info));
}

// What videoconvert makes of the picture on its way to BGR and back.
BufferPtr through_videoconvert(const GstVideoInfo& info, BufferPtr input) {
  Pipeline pipeline(
      "appsrc name=in format=time ! videoconvert ! video/x-raw,format=BGR ! videoconvert ! "
      "capsfilter name=back ! appsink name=out sync=false wait-on-eos=false");
  const CapsPtr caps = caps_of(info);
  g_object_set(pipeline["in"], "caps", caps.get(), nullptr);
  g_object_set(pipeline["back"], "caps", caps.get(), nullptr);
  gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), input.release());
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  EXPECT_TRUE(pipeline.run());
  std::vector<BufferPtr> buffers = pipeline.pull_all();
  EXPECT_EQ(buffers.size(), 1u);
  return std::move(buffers.at(0));
}

TEST_P(ElementFormats, PredictsInTheInputsFormatAtEverySize) {
  for (Size size : kSizes) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
    const GstVideoInfo info = video_info(GetParam(), size.width, size.height);
    ElementHarness h;
    h.start(info);
    h.push_pictures(info, 0, 3);
    h.finish();
    ASSERT_EQ(h.times(), (std::vector<GstClockTime>{1, 2, 3}));
    for (int i = 0; i < 3; ++i) {
      GstBuffer* predicted = h.buffers[static_cast<std::size_t>(i)].get();
      EXPECT_EQ(gst_buffer_get_size(predicted), GST_VIDEO_INFO_SIZE(&info));
      EXPECT_LE(
          largest_difference(samples(info, predicted), samples(info, picture(info, i, i).get())), 4)
          << "frame " << i;
    }
  }
}

TEST_P(ElementFormats, KeepsColoursAsVideoconvertDoes) {
  const bool yuv = GST_VIDEO_FORMAT_INFO_IS_YUV(gst_video_format_get_info(GetParam()));
  constexpr Size size{33, 17};
  for (const char* colorimetry : {"bt601", "bt709", "bt2020", "1:4:7:1"}) {  // the last: full range
    GstVideoInfo info = video_info(GetParam(), size.width, size.height);
    if (yuv) gst_video_colorimetry_from_string(&info.colorimetry, colorimetry);
    SCOPED_TRACE(colorimetry);
    ElementHarness h;
    h.start(info);
    h.push_pictures(info, 5, 1);
    h.finish();
    ASSERT_EQ(h.buffers.size(), 1u);
    // The byte that is no colour is the newest frame's, not videoconvert's 255.
    std::vector<std::uint8_t> expected =
        samples(info, through_videoconvert(info, picture(info, 5, 5)).get());
    std::vector<std::uint8_t> got = samples(info, h.buffers[0].get());
    expected.resize(colour_samples(info));
    got.resize(colour_samples(info));
    EXPECT_LE(largest_difference(got, expected), 2);
  }
}

TEST_P(ElementFormats, AlphaAndThePaddingByteAreTheNewestFrames) {
  const GstVideoInfo info = video_info(GetParam(), 33, 17);
  ElementHarness h;
  h.start(info);
  h.push_pictures(info, 0, 2);
  h.finish();
  ASSERT_EQ(h.buffers.size(), 2u);
  const auto rest = [&](GstBuffer* buffer) {
    const auto all = samples(info, buffer);
    const auto colours = static_cast<std::ptrdiff_t>(colour_samples(info));
    return std::vector<std::uint8_t>(all.begin() + colours, all.end());
  };
  EXPECT_EQ(rest(h.buffers[1].get()), rest(picture(info, 1, 1).get()));
}

TEST_P(ElementFormats, TheOriginalIsUntouchedAtEverySize) {
  for (Size size : kSizes) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
    const GstVideoInfo info = video_info(GetParam(), size.width, size.height);
    ElementHarness h("output=original");
    h.start(info);
    h.push_pictures(info, 0, 2);
    h.finish();
    ASSERT_EQ(h.times(), (std::vector<GstClockTime>{0, 1}));
    EXPECT_EQ(samples(info, h.buffers[1].get()), samples(info, picture(info, 1, 1).get()));
  }
}

// Frame 2 is missing; what copy-last predicted for it is frame 1. Frame 3 fades in.
TEST_P(ElementFormats, AMissingFrameIsConcealedAtEverySize) {
  for (Size size : kSizes) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
    const GstVideoInfo info = video_info(GetParam(), size.width, size.height);
    ElementHarness h("output=conceal rejoin-frames=1");
    h.start(info);
    h.push_pictures(info, 0, 2);
    h.push_pictures(info, 3, 2);
    h.finish();
    ASSERT_EQ(h.times(), (std::vector<GstClockTime>{0, 1, 2, 3, 4}));
    const auto before = samples(info, picture(info, 1, 1).get());
    const auto after = samples(info, picture(info, 3, 3).get());
    EXPECT_EQ(samples(info, h.buffers[1].get()), before);
    EXPECT_LE(largest_difference(samples(info, h.buffers[2].get()), before), 4);
    const auto mixed = samples(info, h.buffers[3].get());
    const std::size_t mixed_ones =
        GST_VIDEO_INFO_N_COMPONENTS(&info) > 3 ? mixed.size() : colour_samples(info);
    for (std::size_t i = 0; i < mixed_ones; ++i) {
      ASSERT_NEAR(mixed[i], (before[i] + after[i]) / 2.0, 3) << i;
    }
    EXPECT_EQ(samples(info, h.buffers[4].get()), samples(info, picture(info, 4, 4).get()));
  }
}

TEST_P(ElementFormats, ErrorsAreDrawnAtEverySize) {
  for (const char* output : {"output=difference", "output=heat-map"}) {
    for (Size size : kSizes) {
      const GstVideoInfo info = video_info(GetParam(), size.width, size.height);
      ElementHarness h(output);
      h.start(info);
      h.push_pictures(info, 0, 3);
      h.finish();
      EXPECT_EQ(h.times(), (std::vector<GstClockTime>{0, 1, 2})) << output << " " << size.width;
    }
  }
}

TEST_P(ElementFormats, ReadsPaddedBuffersAndLeavesThemAlone) {
  const GstVideoInfo info = video_info(GetParam(), 33, 17);
  for (const char* output : {"predicted", "side-by-side"}) {
    ElementHarness plain(std::string("output=") + output);
    plain.start(info);
    plain.push_pictures(info, 0, 2);
    plain.finish();
    ElementHarness padded(std::string("output=") + output);
    padded.start(info);
    std::vector<BufferPtr> inputs;
    std::vector<std::vector<std::uint8_t>> before;
    for (int i = 0; i < 2; ++i) {
      inputs.push_back(padded_picture(info, i, i));
      before.push_back(bytes(inputs.back().get()));
      padded.push(gst::share(inputs.back().get()));  // shared: read-only for the element
    }
    padded.finish();
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(bytes(plain.buffers.at(i).get()), bytes(padded.buffers.at(i).get())) << output;
      EXPECT_EQ(bytes(inputs[i].get()), before[i]) << "input changed";
    }
  }
}

TEST_P(ElementFormats, SideBySideIsTheOriginalBesideThePrediction) {
  for (Size size : kSizes) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
    const GstVideoInfo info = video_info(GetParam(), size.width, size.height);
    const GstVideoInfo both = doubled(info);
    ElementHarness h("output=side-by-side horizon=2");
    h.start(info);
    h.push_pictures(info, 0, 5);
    h.finish();
    ASSERT_EQ(h.times(), (std::vector<GstClockTime>{0, 1, 2, 3, 4}));
    for (int i = 0; i < 5; ++i) {
      GstBuffer* buffer = h.buffers[static_cast<std::size_t>(i)].get();
      EXPECT_EQ(half(both, buffer, false), samples(info, picture(info, i, i).get()));
      // copy-last, two frames before; none yet: the left one.
      const std::vector<std::uint8_t> wanted =
          samples(info, picture(info, i < 2 ? i : i - 2, 0).get());
      if (size.width % (1 << GST_VIDEO_FORMAT_INFO_W_SUB(info.finfo, 1)) == 0) {
        EXPECT_LE(largest_difference(half(both, buffer, true), wanted), 4) << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ElementFormats, ::testing::ValuesIn(all_formats()),
                         [](const auto& tested) {
                           return std::string(gst_video_format_to_string(tested.param));
                         });

}  // namespace
}  // namespace stip::test
