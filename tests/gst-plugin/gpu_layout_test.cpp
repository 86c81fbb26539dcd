// What a GPU reads and writes of each format, against GStreamer's own converter.
#include <gtest/gtest.h>

#include <random>

#include "buffer_memory.h"
#include "device_layout.h"
#include "gst_pictures.h"
#include "mapped_frame.h"
#include "ops/cuda/device_memory.h"
#include "ops/cuda/frame_layouts.h"

namespace stip::test {
namespace {

using gst::MappedFrame;

struct Layout {
  GstVideoFormat format;
  const char* colorimetry;
  GstVideoChromaSite site;
};

class GpuLayout : public ::testing::TestWithParam<Layout> {
 protected:
  static GstVideoInfo info(int width, int height) {
    GstVideoInfo info = video_info(GetParam().format, width, height);
    gst_video_colorimetry_from_string(&info.colorimetry, GetParam().colorimetry);
    info.chroma_site = GetParam().site;
    return info;
  }

  // Without alpha and padding, which nobody converts.
  static std::vector<std::uint8_t> colours(const GstVideoInfo& info, const BufferPtr& buffer) {
    std::vector<std::uint8_t> all = samples(info, buffer.get());
    if (GST_VIDEO_INFO_COMP_PSTRIDE(&info, 0) == 4) all.resize(all.size() / 4 * 3);
    return all;
  }

  // Colours that change slowly enough for chroma to be right at half the size, with some noise.
  static BufferPtr noisy(const GstVideoInfo& info, unsigned seed) {
    BufferPtr buffer = picture(info, int(seed), 0);
    std::mt19937 generator(seed);
    GstMapInfo map;
    gst_buffer_map(buffer.get(), &map, GST_MAP_READWRITE);
    for (gsize i = 0; i < map.size; ++i) map.data[i] = guint8(map.data[i] + generator() % 9);
    gst_buffer_unmap(buffer.get(), &map);
    return buffer;
  }
};

// GStreamer's converter with 16 bits a colour. (With 8 it takes another way, which makes everything
// up to four levels darker.)
class Exact {
 public:
  explicit Exact(const GstVideoInfo& info) : info_(info) {
    gst_video_info_set_format(&wide_, GST_VIDEO_FORMAT_ARGB64, guint(GST_VIDEO_INFO_WIDTH(&info)),
                              guint(GST_VIDEO_INFO_HEIGHT(&info)));
    wide_.fps_n = info.fps_n;
    wide_.fps_d = info.fps_d;
    wide_.colorimetry = info.colorimetry;
    wide_.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
    wide_.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_RGB;
    buffer_ = gst::allocate_buffer(GST_VIDEO_INFO_SIZE(&wide_));
  }

  std::vector<std::uint8_t> to_bgr(const MappedFrame& from) {
    const MappedFrame wide(wide_, buffer_.get(), GST_MAP_READWRITE);
    convert(info_, from.get(), wide_, wide.get());
    std::vector<std::uint8_t> bgr;
    each_pixel(wide, [&](guint16* pixel) {
      for (const int c : {3, 2, 1}) bgr.push_back(std::uint8_t((pixel[c] + 128) / 257));
    });
    return bgr;
  }

  void from_bgr(const std::vector<std::uint8_t>& bgr, const MappedFrame& to) {
    const MappedFrame wide(wide_, buffer_.get(), GST_MAP_READWRITE);
    auto next = bgr.begin();
    each_pixel(wide, [&](guint16* pixel) {
      for (const int c : {3, 2, 1}) pixel[c] = guint16(257 * *next++);
    });
    convert(wide_, wide.get(), info_, to.get());
  }

 private:
  void convert(GstVideoInfo& from_info, GstVideoFrame* from, GstVideoInfo& to_info,
               GstVideoFrame* to) {
    GstVideoConverter* converter = gst_video_converter_new(
        &from_info, &to_info,
        gst_structure_new("options", GST_VIDEO_CONVERTER_OPT_DITHER_METHOD,
                          GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE, nullptr));
    gst_video_converter_frame(converter, from, to);
    gst_video_converter_free(converter);
  }

  template <typename See>
  void each_pixel(const MappedFrame& frame, See see) {
    for (int y = 0; y < GST_VIDEO_INFO_HEIGHT(&wide_); ++y) {
      auto* row = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame.get(), 0)) +
                  y * GST_VIDEO_FRAME_PLANE_STRIDE(frame.get(), 0);
      for (int x = 0; x < GST_VIDEO_INFO_WIDTH(&wide_); ++x) {
        see(reinterpret_cast<guint16*>(row) + 4 * x);
      }
    }
  }

  GstVideoInfo info_, wide_;
  BufferPtr buffer_;
};

// Packed BGR in what a simulated device takes for its memory.
template <typename Bytes, typename Data>
Bytes bgr_picture(Data* data, int width, int height) {
  Bytes picture;
  picture.data = data;
  picture.width = width;
  picture.height = height;
  picture.stride = 3 * width;
  picture.channel[0] = 2;
  picture.channel[2] = 0;
  return picture;
}

TEST_P(GpuLayout, IsReadAndWrittenAsGStreamerDoes) {
  for (const auto& [width, height] : {std::pair(64, 32), std::pair(33, 17)}) {
    SCOPED_TRACE(testing::Message() << width << "x" << height);
    const GstVideoInfo info = this->info(width, height);
    const BufferPtr given = noisy(info, 5);
    const int most = GST_VIDEO_INFO_IS_YUV(&info) ? 2 : 0;  // chroma is rounded to bytes first
    const MappedFrame mapped(info, given.get(), GST_MAP_READ);
    Exact exact(info);
    const std::vector<std::uint8_t> expected = exact.to_bgr(mapped);

    const cuda::DeviceStream stream;
    std::vector<std::uint8_t> packed(std::size_t(3 * width * height));
    cuda::unpack_frame(gst::device_frame(mapped.get()),
                       bgr_picture<cuda::MutablePicture>(packed.data(), width, height),
                       stream.get());
    stream.wait();
    EXPECT_LE(largest_difference(packed, expected), most);

    // Back from the same bytes.
    BufferPtr host = flat_picture(info, 7, 0), gpu = flat_picture(info, 7, 0);
    {
      const MappedFrame on_host(info, host.get(), GST_MAP_WRITE);
      exact.from_bgr(expected, on_host);
      const MappedFrame on_gpu(info, gpu.get(), GST_MAP_WRITE);
      cuda::pack_frame(bgr_picture<cuda::Picture>(expected.data(), width, height), {},
                       gst::device_frame(on_gpu.get()), stream.get());
      stream.wait();
    }
    EXPECT_LE(largest_difference(colours(info, gpu), colours(info, host)), most);
  }
}

std::vector<Layout> layouts() {
  std::vector<Layout> all;
  for (const GstVideoFormat format : {GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21,
                                      GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12}) {
    for (const char* colorimetry : {"bt601", "bt709", "1:3:5:1", "2:4:7:1"}) {
      all.push_back({format, colorimetry, GST_VIDEO_CHROMA_SITE_MPEG2});
    }
    all.push_back({format, "bt601", GST_VIDEO_CHROMA_SITE_JPEG});
    all.push_back({format, "bt601", GST_VIDEO_CHROMA_SITE_COSITED});
    all.push_back({format, "bt601", GST_VIDEO_CHROMA_SITE_UNKNOWN});
  }
  for (const GstVideoFormat format :
       {GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGBx,
        GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_ARGB,
        GST_VIDEO_FORMAT_ABGR}) {
    all.push_back({format, "sRGB", GST_VIDEO_CHROMA_SITE_UNKNOWN});
    all.push_back({format, "2:1:7:1", GST_VIDEO_CHROMA_SITE_UNKNOWN});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, GpuLayout, testing::ValuesIn(layouts()),
                         [](const testing::TestParamInfo<Layout>& given) {
                           return std::string(gst_video_format_to_string(given.param.format)) +
                                  "_" + std::to_string(given.index);
                         });

}  // namespace
}  // namespace stip::test
