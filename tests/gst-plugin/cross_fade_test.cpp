#include "cross_fade.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "buffer_memory.h"
#include "gst_pictures.h"
#include "mapped_frame.h"

namespace stip::gst {
namespace {

using test::picture;
using test::samples;
using test::video_info;

std::vector<std::uint8_t> mixed(const GstVideoInfo& info, GstBuffer* from, GstBuffer* to,
                                double share) {
  const BufferPtr out = allocate_buffer(GST_VIDEO_INFO_SIZE(&info));
  {
    const MappedFrame a(info, from, GST_MAP_READ);
    const MappedFrame b(info, to, GST_MAP_READ);
    const MappedFrame result(info, out.get(), GST_MAP_WRITE);
    cross_fade(a.get(), b.get(), share, result.get());
  }
  return samples(info, out.get());
}

bool has_padding(GstVideoFormat format) {
  return format == GST_VIDEO_FORMAT_BGRx || format == GST_VIDEO_FORMAT_RGBx ||
         format == GST_VIDEO_FORMAT_xRGB || format == GST_VIDEO_FORMAT_xBGR;
}

class CrossFadeTest : public ::testing::TestWithParam<GstVideoFormat> {};

TEST_P(CrossFadeTest, MixesEverySampleOfAnySizeAndLayout) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {33, 17}}) {
    const GstVideoInfo info = video_info(GetParam(), width, height);
    const BufferPtr from = picture(info, 1, 0);
    const BufferPtr to = test::padded_picture(info, 2, 0);
    const auto old_samples = samples(info, from.get());
    const auto new_samples = samples(info, to.get());
    const auto result = mixed(info, from.get(), to.get(), 0.25);
    ASSERT_EQ(result.size(), new_samples.size());
    // Padding bytes are the last list of samples.
    const std::size_t padding =
        has_padding(GetParam()) ? static_cast<std::size_t>(width * height) : 0;
    for (std::size_t i = 0; i < result.size(); ++i) {
      const bool seen = i < result.size() - padding;
      const double wanted = seen ? 0.75 * old_samples[i] + 0.25 * new_samples[i] : new_samples[i];
      ASSERT_NEAR(result[i], wanted, 0.51) << width << " " << i;
    }
  }
}

TEST_P(CrossFadeTest, EndsAreExact) {
  const GstVideoInfo info = video_info(GetParam(), 33, 17);
  const BufferPtr from = picture(info, 1, 0);
  const BufferPtr to = picture(info, 2, 0);
  EXPECT_EQ(mixed(info, from.get(), to.get(), 1), samples(info, to.get()));
  if (has_padding(GetParam())) return;
  EXPECT_EQ(mixed(info, from.get(), to.get(), 0), samples(info, from.get()));
}

INSTANTIATE_TEST_SUITE_P(Formats, CrossFadeTest, ::testing::ValuesIn(test::all_formats()),
                         [](const auto& tested) {
                           return std::string(gst_video_format_to_string(tested.param));
                         });

}  // namespace
}  // namespace stip::gst
