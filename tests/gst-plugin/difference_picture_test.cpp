#include "difference_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "buffer_memory.h"
#include "gst_pictures.h"
#include "mapped_frame.h"

namespace stip::gst {
namespace {

using test::picture;
using test::samples;
using test::video_info;

std::vector<std::uint8_t> drawn(const GstVideoInfo& info, GstBuffer* truth, GstBuffer* prediction) {
  const BufferPtr out = allocate_buffer(GST_VIDEO_INFO_SIZE(&info));
  {
    const MappedFrame a(info, truth, GST_MAP_READ);
    const MappedFrame result(info, out.get(), GST_MAP_WRITE);
    if (prediction == nullptr) {
      draw_difference(a.get(), nullptr, result.get());
    } else {
      const MappedFrame b(info, prediction, GST_MAP_READ);
      draw_difference(a.get(), b.get(), result.get());
    }
  }
  return samples(info, out.get());
}

// How many of the first samples (component by component) are luma, or colours of RGB.
std::size_t judged(const GstVideoInfo& info) {
  const auto pixels = static_cast<std::size_t>(info.width * info.height);
  return GST_VIDEO_INFO_IS_RGB(&info) ? 3 * pixels : pixels;
}

class DifferencePictureTest : public ::testing::TestWithParam<GstVideoFormat> {};

TEST_P(DifferencePictureTest, IsFourTimesTheDistanceInLevelsOfTheRange) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {33, 17}}) {
    const GstVideoInfo info = video_info(GetParam(), width, height);
    const BufferPtr truth = test::padded_picture(info, 1, 0);
    const BufferPtr prediction = picture(info, 2, 0);
    const auto a = samples(info, truth.get());
    const auto b = samples(info, prediction.get());
    const auto result = drawn(info, truth.get(), prediction.get());
    const int black = GST_VIDEO_INFO_IS_YUV(&info) ? 16 : 0;
    const int white = GST_VIDEO_INFO_IS_YUV(&info) ? 235 : 255;
    for (std::size_t i = 0; i < result.size(); ++i) {
      if (i < judged(info)) {
        ASSERT_EQ(result[i], std::min(black + 4 * std::abs(a[i] - b[i]), white))
            << width << " " << i;
      } else if (i < test::colour_samples(info)) {
        ASSERT_EQ(result[i], 128) << width << " " << i;
      } else {
        ASSERT_EQ(result[i], a[i]) << "alpha or padding: the truth's " << i;
      }
    }
  }
}

TEST_P(DifferencePictureTest, IsBlackWhereNothingDiffersAndWithoutAPrediction) {
  GstVideoInfo info = video_info(GetParam(), 33, 17);
  for (const GstVideoColorRange range :
       {GST_VIDEO_COLOR_RANGE_16_235, GST_VIDEO_COLOR_RANGE_0_255}) {
    info.colorimetry.range = range;
    const BufferPtr truth = picture(info, 1, 0);
    const bool limited = range == GST_VIDEO_COLOR_RANGE_16_235 && !GST_VIDEO_INFO_IS_RGB(&info);
    if (range == GST_VIDEO_COLOR_RANGE_16_235 && GST_VIDEO_INFO_IS_RGB(&info)) continue;
    for (GstBuffer* prediction : {truth.get(), static_cast<GstBuffer*>(nullptr)}) {
      const auto result = drawn(info, truth.get(), prediction);
      for (std::size_t i = 0; i < judged(info); ++i) ASSERT_EQ(result[i], limited ? 16 : 0) << i;
    }
  }
}

TEST_P(DifferencePictureTest, LargeDifferencesAreWhite) {
  const GstVideoInfo info = video_info(GetParam(), 33, 17);
  const BufferPtr truth = picture(info, 1, 0);
  const BufferPtr prediction = allocate_buffer(GST_VIDEO_INFO_SIZE(&info));
  const auto result = drawn(info, truth.get(), prediction.get());
  const int white = GST_VIDEO_INFO_IS_YUV(&info) ? 235 : 255;
  for (std::size_t i = 0; i < judged(info); ++i) ASSERT_EQ(result[i], white) << i;
}

INSTANTIATE_TEST_SUITE_P(Formats, DifferencePictureTest, ::testing::ValuesIn(test::all_formats()),
                         [](const auto& tested) {
                           return std::string(gst_video_format_to_string(tested.param));
                         });

}  // namespace
}  // namespace stip::gst
