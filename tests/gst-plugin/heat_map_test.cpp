#include "heat_map.h"

#include <gtest/gtest.h>

#include <string>

#include "buffer_memory.h"
#include "frame_map.h"
#include "gst_pictures.h"

namespace stip::gst {
namespace {

using test::picture;
using test::samples;
using test::video_info;

BufferPtr drawn(const GstVideoInfo& info, GstBuffer* original, const ErrorMap* errors) {
  BufferPtr out = allocate_buffer(GST_VIDEO_INFO_SIZE(&info));
  const MappedFrame from(info, original, GST_MAP_READ);
  const MappedFrame to(info, out.get(), GST_MAP_WRITE);
  draw_heat_map(from.get(), errors, to.get());
  return out;
}

ErrorMap blocks_of(int width, int height, float error) {
  ErrorMap map{width, height, 8, (width + 7) / 8, (height + 7) / 8, {}};
  map.errors.assign(static_cast<std::size_t>(map.columns * map.rows), error);
  return map;
}

class HeatMapTest : public ::testing::TestWithParam<GstVideoFormat> {};

TEST_P(HeatMapTest, LeavesThePictureWhereErrorsAreSmallOrNotKnown) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {33, 17}}) {
    const GstVideoInfo info = video_info(GetParam(), width, height);
    const BufferPtr original = test::padded_picture(info, 1, 0);
    const ErrorMap small = blocks_of(width, height, 81);
    EXPECT_EQ(samples(info, drawn(info, original.get(), nullptr).get()),
              samples(info, original.get()));
    EXPECT_EQ(samples(info, drawn(info, original.get(), &small).get()),
              samples(info, original.get()));
  }
}

// Seen through GStreamer's own conversion: the colours are right whatever the format.
TEST_P(HeatMapTest, ColoursTheBlocksAndOnlyThem) {
  const GstVideoInfo info = video_info(GetParam(), 33, 17);
  const BufferPtr original = picture(info, 1, 0);
  ErrorMap errors = blocks_of(33, 17, 0);
  errors.errors[1] = 100.0F * 100.0F;        // columns 8 to 15, lines 0 to 7: red
  errors.errors[1 * 5 + 3] = 12.0F * 12.0F;  // columns 24 to 31, lines 8 to 15: faint
  const BufferPtr hot = drawn(info, original.get(), &errors);
  FrameMap map(info);
  const MappedFrame before(info, original.get(), GST_MAP_READ);
  const FrameView view = map.to_bgr(before);
  const std::vector<std::uint8_t> old_pixels(view.data, view.data + view.stride * 17);
  const MappedFrame after(info, hot.get(), GST_MAP_READ);
  const FrameView seen = map.to_bgr(after);
  const auto was = [&](int x, int y) { return old_pixels.data() + y * view.stride + 3 * x; };
  const auto is = [&](int x, int y) { return seen.data + y * seen.stride + 3 * x; };
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(is(3, 3)[c], was(3, 3)[c]);
    EXPECT_EQ(is(12, 12)[c], was(12, 12)[c]);
    EXPECT_EQ(is(20, 3)[c], was(20, 3)[c]);
    EXPECT_EQ(is(27, 3)[c], was(27, 3)[c]);
  }
  const bool grey = GST_VIDEO_INFO_IS_GRAY(&info);
  const double red[3] = {grey ? 255.0 : 0, grey ? 255.0 : 0, 255};
  const double yellow[3] = {grey ? 255.0 : 0, grey ? 255.0 : 225, 255};
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(is(11, 3)[c], was(11, 3)[c] + 0.75 * (red[c] - was(11, 3)[c]), 5) << c;
    EXPECT_NEAR(is(27, 12)[c], was(27, 12)[c] + 0.26 * (yellow[c] - was(27, 12)[c]), 6) << c;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, HeatMapTest, ::testing::ValuesIn(test::all_formats()),
                         [](const auto& tested) {
                           return std::string(gst_video_format_to_string(tested.param));
                         });

}  // namespace
}  // namespace stip::gst
