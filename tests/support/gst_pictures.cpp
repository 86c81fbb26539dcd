#include "gst_pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "formats.h"
#include "mapped_frame.h"

namespace stip::test {
namespace {

using gst::MappedFrame;

using Visit = std::function<void(int component, int x, int y, guint8& sample)>;

void visit(const GstVideoFrame* frame, const Visit& see) {
  for (int c = 0; c < static_cast<int>(GST_VIDEO_FRAME_N_COMPONENTS(frame)); ++c) {
    for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(frame, c); ++y) {
      auto* row = static_cast<guint8*>(GST_VIDEO_FRAME_COMP_DATA(frame, c)) +
                  y * GST_VIDEO_FRAME_COMP_STRIDE(frame, c);
      for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH(frame, c); ++x) {
        see(c, x, y, row[x * GST_VIDEO_FRAME_COMP_PSTRIDE(frame, c)]);
      }
    }
  }
}

// BGRx and friends: the byte without a component.
bool has_padding_byte(const GstVideoFrame* frame) {
  return GST_VIDEO_FRAME_N_COMPONENTS(frame) == 3 && GST_VIDEO_FRAME_COMP_PSTRIDE(frame, 0) == 4 &&
         GST_VIDEO_FORMAT_INFO_IS_RGB(frame->info.finfo);
}

void visit_padding_bytes(const GstVideoFrame* frame, const Visit& see) {
  if (!has_padding_byte(frame)) return;
  const bool first = GST_VIDEO_FRAME_FORMAT(frame) == GST_VIDEO_FORMAT_xRGB ||
                     GST_VIDEO_FRAME_FORMAT(frame) == GST_VIDEO_FORMAT_xBGR;
  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT(frame); ++y) {
    auto* row = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame, 0)) +
                y * GST_VIDEO_FRAME_PLANE_STRIDE(frame, 0);
    for (int x = 0; x < GST_VIDEO_FRAME_WIDTH(frame); ++x) see(3, x, y, row[4 * x + !first * 3]);
  }
}

guint8 value_at(const GstVideoFrame* frame, int seed, int component, int x, int y) {
  const bool yuv = GST_VIDEO_FORMAT_INFO_IS_YUV(frame->info.finfo);
  const double wave = std::sin(0.09 * x + 0.7 * seed + component) * std::cos(0.07 * y - 0.4 * seed);
  // Chroma near grey: every combination is then a colour that RGB has.
  const double spread = yuv && component > 0 && component < 3 ? 14.0 : 60.0;
  return static_cast<guint8>(std::lround(126.0 + spread * wave));
}

void paint(const GstVideoInfo& info, GstBuffer* buffer, int seed) {
  const MappedFrame frame(info, buffer, GST_MAP_WRITE);
  const Visit put = [&](int c, int x, int y, guint8& sample) {
    sample = value_at(frame.get(), seed, c, x, y);
  };
  visit(frame.get(), put);
  visit_padding_bytes(frame.get(), put);
}

void stamp(GstBuffer* buffer, int index) {
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(index) * kStep;
  GST_BUFFER_DURATION(buffer) = kStep;
}

}  // namespace

GstVideoInfo video_info(GstVideoFormat format, int width, int height, int fps) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, format, static_cast<guint>(width), static_cast<guint>(height));
  info.fps_n = fps;
  info.fps_d = 1;
  return info;
}

CapsPtr caps_of(const GstVideoInfo& info) {
  return CapsPtr(gst_video_info_to_caps(const_cast<GstVideoInfo*>(&info)));
}

BufferPtr picture(const GstVideoInfo& info, int seed, int index) {
  BufferPtr buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr));
  paint(info, buffer.get(), seed);
  stamp(buffer.get(), index);
  return buffer;
}

BufferPtr flat_picture(const GstVideoInfo& info, int value, int index) {
  BufferPtr buffer = picture(info, 0, index);
  gst_buffer_memset(buffer.get(), 0, static_cast<guint8>(value), gst_buffer_get_size(buffer.get()));
  return buffer;
}

BufferPtr padded_picture(const GstVideoInfo& info, int seed, int index) {
  gsize offset[GST_VIDEO_MAX_PLANES] = {};
  gint stride[GST_VIDEO_MAX_PLANES] = {};
  gsize end = 13;
  for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES(&info); ++plane) {
    offset[plane] = end;
    stride[plane] = GST_VIDEO_INFO_PLANE_STRIDE(&info, plane) + 20;
    // Rows of a plane: never more than the picture's.
    end += static_cast<gsize>(stride[plane]) * static_cast<gsize>(GST_VIDEO_INFO_HEIGHT(&info) + 2);
  }
  BufferPtr buffer(gst_buffer_new_allocate(nullptr, end, nullptr));
  gst_buffer_memset(buffer.get(), 0, 0xEE, end);
  gst_buffer_add_video_meta_full(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE,
                                 GST_VIDEO_INFO_FORMAT(&info),
                                 static_cast<guint>(GST_VIDEO_INFO_WIDTH(&info)),
                                 static_cast<guint>(GST_VIDEO_INFO_HEIGHT(&info)),
                                 GST_VIDEO_INFO_N_PLANES(&info), offset, stride);
  paint(info, buffer.get(), seed);
  stamp(buffer.get(), index);
  return buffer;
}

std::vector<std::uint8_t> samples(const GstVideoInfo& info, GstBuffer* buffer) {
  const MappedFrame frame(info, buffer, GST_MAP_READ);
  std::vector<std::uint8_t> all;
  const Visit take = [&](int, int, int, guint8& sample) { all.push_back(sample); };
  visit(frame.get(), take);
  visit_padding_bytes(frame.get(), take);
  return all;
}

std::size_t colour_samples(const GstVideoInfo& info) {
  std::size_t count = 0;
  for (int c = 0; c < std::min(3, static_cast<int>(GST_VIDEO_INFO_N_COMPONENTS(&info))); ++c) {
    count += static_cast<std::size_t>(GST_VIDEO_INFO_COMP_WIDTH(&info, c)) *
             static_cast<std::size_t>(GST_VIDEO_INFO_COMP_HEIGHT(&info, c));
  }
  return count;
}

std::vector<std::uint8_t> half(const GstVideoInfo& both, GstBuffer* buffer, bool right) {
  const MappedFrame frame(both, buffer, GST_MAP_READ);
  std::vector<std::uint8_t> taken;
  const int width = GST_VIDEO_INFO_WIDTH(&both) / 2;
  const auto take = [&](int component, int x, int, guint8& sample) {
    const int shift =
        component < 3 ? GST_VIDEO_FORMAT_INFO_W_SUB(both.finfo, component) : 0;  // padding, alpha
    const int columns = (width + (1 << shift) - 1) >> shift;
    if (right ? x >= columns : x < columns) taken.push_back(sample);
  };
  visit(frame.get(), take);
  visit_padding_bytes(frame.get(), take);
  return taken;
}

int largest_difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  if (a.size() != b.size()) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

std::vector<std::uint8_t> bytes(GstBuffer* buffer) {
  std::vector<std::uint8_t> all(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, all.data(), all.size());
  return all;
}

const std::vector<GstVideoFormat>& all_formats() {
  static const std::vector<GstVideoFormat> formats = [] {
    std::vector<GstVideoFormat> all;
    const CapsPtr caps(gst_caps_from_string("video/x-raw,format=" STIP_HOST_FORMATS));
    const GValue* names = gst_structure_get_value(gst_caps_get_structure(caps.get(), 0), "format");
    for (guint i = 0; i < gst_value_list_get_size(names); ++i) {
      const char* name = g_value_get_string(gst_value_list_get_value(names, i));
      all.push_back(gst_video_format_from_string(name));
    }
    return all;
  }();
  return formats;
}

}  // namespace stip::test
