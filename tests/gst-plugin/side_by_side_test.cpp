#include "side_by_side.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gst_pictures.h"
#include "mapped_frame.h"

namespace stip::gst {
namespace {

using test::half;
using test::picture;
using test::samples;
using test::video_info;

constexpr std::uint8_t kUnwritten = 3;  // no sample of picture() has it

BufferPtr compose(const GstVideoInfo& one, const GstVideoInfo& two, GstBuffer* left,
                  GstBuffer* right) {
  BufferPtr both(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&two), nullptr));
  gst_buffer_memset(both.get(), 0, kUnwritten, GST_VIDEO_INFO_SIZE(&two));
  const MappedFrame l(one, left, GST_MAP_READ);
  const MappedFrame r(one, right, GST_MAP_READ);
  const MappedFrame b(two, both.get(), GST_MAP_WRITE);
  compose_side_by_side(l.get(), r.get(), b.get());
  return both;
}

class SideBySideTest : public ::testing::TestWithParam<GstVideoFormat> {};

TEST_P(SideBySideTest, WidthsThatEndWithAColumnOfChromaAreTwoExactCopies) {
  const bool quartered = GST_VIDEO_FORMAT_INFO_W_SUB(gst_video_format_get_info(GetParam()), 1) > 1;
  const int width = quartered ? 36 : 34;
  const GstVideoInfo one = video_info(GetParam(), width, 17);
  const GstVideoInfo two = video_info(GetParam(), 2 * width, 17);
  const BufferPtr left = picture(one, 1, 0);
  const BufferPtr right = test::padded_picture(one, 2, 0);
  const BufferPtr both = compose(one, two, left.get(), right.get());
  EXPECT_EQ(half(two, both.get(), false), samples(one, left.get()));
  EXPECT_EQ(half(two, both.get(), true), samples(one, right.get()));
}

TEST_P(SideBySideTest, OtherWidthsKeepTheLeftOneAndAllLuma) {
  for (int width : {1, 2, 3, 33, 34, 35}) {
    const GstVideoInfo one = video_info(GetParam(), width, 17);
    const GstVideoInfo two = video_info(GetParam(), 2 * width, 17);
    const BufferPtr left = picture(one, 1, 0);
    const BufferPtr right = picture(one, 2, 0);
    const BufferPtr both = compose(one, two, left.get(), right.get());
    EXPECT_EQ(half(two, both.get(), false), samples(one, left.get())) << width;
    // Luma, or everything where nothing is subsampled.
    const bool subsampled = GST_VIDEO_FORMAT_INFO_W_SUB(one.finfo, 1) > 0;
    // Chroma of the right half lies off the grid, but nowhere is what was never written.
    const auto chroma = samples(two, both.get());
    EXPECT_EQ(std::count(chroma.begin(), chroma.end(), kUnwritten), 0) << width;
    std::vector<std::uint8_t> wanted = samples(one, right.get());
    std::vector<std::uint8_t> got = half(two, both.get(), true);
    if (subsampled) {
      wanted.resize(static_cast<std::size_t>(width) * 17);
      got.resize(wanted.size());
    }
    EXPECT_EQ(got, wanted) << width;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, SideBySideTest, ::testing::ValuesIn(test::all_formats()),
                         [](const auto& tested) {
                           return std::string(gst_video_format_to_string(tested.param));
                         });

}  // namespace
}  // namespace stip::gst
