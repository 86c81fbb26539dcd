#include "frame_map.h"

#include <gtest/gtest.h>

#include <cstring>

#include "gst_pictures.h"

namespace stip::gst {
namespace {

using test::largest_difference;
using test::picture;
using test::samples;
using test::video_info;

struct Size {
  int width;
  int height;
};
constexpr Size kSizes[] = {{1, 1}, {2, 2}, {3, 5}, {5, 3}, {33, 17}, {31, 29}};

std::string name(GstVideoFormat format, Size size) {
  return std::string(gst_video_format_to_string(format)) + " " + std::to_string(size.width) + "x" +
         std::to_string(size.height);
}

// The stream's frame to BGR and back, as copy-last does; `times` times.
BufferPtr round_trip(FrameMap& map, const GstVideoInfo& info, GstBuffer* input, int times = 1) {
  const MappedFrame newest(info, input, GST_MAP_READ);
  const FrameView bgr = map.to_bgr(newest);
  const MutableFrameView future = map.futures({1}).front();
  for (int y = 0; y < bgr.height; ++y) {
    std::memcpy(future.data + y * future.stride, bgr.data + y * bgr.stride,
                static_cast<std::size_t>(3 * bgr.width));
  }
  BufferPtr output;
  for (int i = 0; i < times; ++i) {
    output.reset(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr));
    const MappedFrame out(info, output.get(), GST_MAP_WRITE);
    map.from_future(1, newest, out);
  }
  return output;
}

// GStreamer's matrices for 8 bits have 8 bits: up to two levels are lost on each way. (That it is
// what videoconvert does, is tested with the element.)
TEST(FrameMap, EveryFormatComesBackWithinFourLevels) {
  for (GstVideoFormat format : test::all_formats()) {
    for (Size size : kSizes) {
      const GstVideoInfo info = video_info(format, size.width, size.height);
      FrameMap map(info);
      const BufferPtr input = picture(info, 3, 0);
      const BufferPtr output = round_trip(map, info, input.get());
      EXPECT_LE(largest_difference(samples(info, input.get()), samples(info, output.get())), 4)
          << name(format, size);
    }
  }
}

TEST(FrameMap, NothingOfOnePictureIsSeenInTheNext) {
  for (GstVideoFormat format : test::all_formats()) {
    for (int height = 1; height <= 24; ++height) {
      const GstVideoInfo info = video_info(format, 6, height);
      FrameMap used(info);
      round_trip(used, info, picture(info, 1, 0).get());
      FrameMap fresh(info);
      const BufferPtr input = picture(info, 2, 0);
      EXPECT_EQ(samples(info, round_trip(used, info, input.get()).get()),
                samples(info, round_trip(fresh, info, input.get()).get()))
          << name(format, {6, height});
    }
  }
}

// Of one frame several horizons may be wanted.
TEST(FrameMap, EachPictureOfOneFrameIsWritten) {
  for (GstVideoFormat format : test::all_formats()) {
    for (int height = 1; height <= 24; ++height) {
      const GstVideoInfo info = video_info(format, 6, height);
      FrameMap map(info);
      const BufferPtr input = picture(info, 1, 0);
      const BufferPtr first = round_trip(map, info, input.get());
      EXPECT_EQ(samples(info, round_trip(map, info, input.get(), 2).get()),
                samples(info, first.get()))
          << name(format, {6, height});
    }
  }
}

TEST(FrameMap, RgbAlphaAndPaddingBytesComeBackExactly) {
  for (GstVideoFormat format : test::all_formats()) {
    const GstVideoInfo info = video_info(format, 33, 17);
    FrameMap map(info);
    const BufferPtr input = picture(info, 3, 0);
    auto before = samples(info, input.get());
    auto after = samples(info, round_trip(map, info, input.get()).get());
    if (!GST_VIDEO_INFO_IS_RGB(&info)) {
      const auto colours = static_cast<std::ptrdiff_t>(test::colour_samples(info));
      before.erase(before.begin(), before.begin() + colours);
      after.erase(after.begin(), after.begin() + colours);
    }
    EXPECT_EQ(before, after) << name(format, {33, 17});
  }
}

TEST(FrameMap, ReadsStridesAndOffsetsOfTheBuffer) {
  for (GstVideoFormat format : test::all_formats()) {
    const GstVideoInfo info = video_info(format, 33, 17);
    FrameMap map(info);
    const BufferPtr plain = picture(info, 5, 0);
    const BufferPtr padded = test::padded_picture(info, 5, 0);
    ASSERT_EQ(samples(info, plain.get()), samples(info, padded.get()));
    EXPECT_EQ(samples(info, round_trip(map, info, plain.get()).get()),
              samples(info, round_trip(map, info, padded.get()).get()))
        << name(format, {33, 17});
  }
}

TEST(FrameMap, GivesBlueFirst) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_xRGB, 1, 1);
  FrameMap map(info);
  const guint8 pixel[4] = {9, 10, 20, 30};
  BufferPtr buffer(gst_buffer_new_memdup(pixel, 4));
  const MappedFrame frame(info, buffer.get(), GST_MAP_READ);
  const FrameView bgr = map.to_bgr(frame);
  EXPECT_EQ(bgr.order, PixelOrder::kBgr);
  EXPECT_EQ(bgr.data[0], 30);
  EXPECT_EQ(bgr.data[1], 20);
  EXPECT_EQ(bgr.data[2], 10);
}

// White of limited range is 235, of full range 255.
TEST(FrameMap, RespectsTheRange) {
  GstVideoInfo info = video_info(GST_VIDEO_FORMAT_I420, 2, 2);
  for (const auto& [range, white] : {std::pair{GST_VIDEO_COLOR_RANGE_16_235, 255},
                                     std::pair{GST_VIDEO_COLOR_RANGE_0_255, 235}}) {
    info.colorimetry.range = range;
    FrameMap map(info);
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr));
    {
      const MappedFrame frame(info, buffer.get(), GST_MAP_WRITE);
      for (int c = 0; c < 3; ++c) {
        auto* plane = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame.get(), c));
        for (int y = 0; y < (c == 0 ? 2 : 1); ++y) {
          plane[y * GST_VIDEO_FRAME_PLANE_STRIDE(frame.get(), c)] = c == 0 ? 235 : 128;
        }
      }
    }
    const MappedFrame frame(info, buffer.get(), GST_MAP_READ);
    EXPECT_NEAR(map.to_bgr(frame).data[0], white, 3);
  }
}

TEST(MappedFrame, RefusesMemorySmallerThanThePicture) {
  const GstVideoInfo info = video_info(GST_VIDEO_FORMAT_BGR, 8, 8);
  const BufferPtr small(gst_buffer_new_allocate(nullptr, 10, nullptr));
  EXPECT_THROW(MappedFrame(info, small.get(), GST_MAP_READ), Error);
}

}  // namespace
}  // namespace stip::gst
