#include "media/raw_frame.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace stip::training {
namespace {

// A mapped buffer, unmapped on the way out.
class MappedFrame {
 public:
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags) {
    if (buffer == nullptr || !gst_video_frame_map(&frame_, &info, buffer, flags)) {
      throw Error(ErrorCode::kOutOfMemory, "a decoded frame cannot be brought into memory");
    }
  }
  ~MappedFrame() { gst_video_frame_unmap(&frame_); }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;

  GstVideoFrame* get() { return &frame_; }

 private:
  GstVideoFrame frame_;
};

// Bytes of a row that hold pixels: the rest is padding with whatever was in memory.
std::size_t row_bytes(const GstVideoFrame& frame, guint plane) {
  std::size_t bytes = 0;
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS(&frame); ++c) {
    if (GST_VIDEO_FRAME_COMP_PLANE(&frame, c) != plane) continue;
    bytes = std::max(bytes, std::size_t(GST_VIDEO_FRAME_COMP_WIDTH(&frame, c)) *
                                GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c));
  }
  const std::size_t stride = std::abs(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane));
  return bytes == 0 ? stride : std::min(bytes, stride);
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

std::uint64_t mix_row(std::uint64_t hash, const guint8* row, std::size_t bytes) {
  for (; bytes >= 8; bytes -= 8, row += 8) {
    std::uint64_t word;
    std::memcpy(&word, row, 8);
    hash = mix(hash, word);
  }
  std::uint64_t rest = bytes;
  std::memcpy(&rest, row, bytes);
  return mix(hash, rest);
}

}  // namespace

GstVideoInfo video_info(GstSample* sample, const std::string& path) {
  GstVideoInfo info;
  GstCaps* caps = gst_sample_get_caps(sample);
  if (caps == nullptr || !gst_video_info_from_caps(&info, caps)) {
    throw Error(ErrorCode::kCorrupt, "'" + path + "' decodes to frames without a format");
  }
  return info;
}

std::uint64_t fingerprint(GstSample* sample, const GstVideoInfo& info) {
  MappedFrame mapped(info, gst_sample_get_buffer(sample), GST_MAP_READ);
  const GstVideoFrame& frame = *mapped.get();
  std::uint64_t hash = mix(std::uint64_t(info.width), std::uint64_t(info.height));
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES(&frame); ++plane) {
    const auto* row = static_cast<const guint8*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
    const std::size_t bytes = row_bytes(frame, plane);
    int rows = 0;
    for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS(&frame); ++c) {
      if (GST_VIDEO_FRAME_COMP_PLANE(&frame, c) == plane) {
        rows = std::max(rows, GST_VIDEO_FRAME_COMP_HEIGHT(&frame, c));
      }
    }
    for (int y = 0; y < rows; ++y, row += GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane)) {
      hash = mix_row(hash, row, bytes);
    }
  }
  return hash;
}

BgrConverter::BgrConverter(const GstVideoInfo& from) : from_(from) {
  // Everything but the colours stays: the converter insists on equal rates and interlacing.
  gst_video_info_set_interlaced_format(&to_, GST_VIDEO_FORMAT_BGR, from.interlace_mode, from.width,
                                       from.height);
  to_.fps_n = from.fps_n;
  to_.fps_d = from.fps_d;
  to_.par_n = from.par_n;
  to_.par_d = from.par_d;
  to_.stride[0] = from.width * 3;  // packed, as Image is
  to_.size = gsize(to_.stride[0]) * from.height;
  converter_ = gst_video_converter_new(&from_, &to_, nullptr);
  if (converter_ == nullptr) {
    throw Error(ErrorCode::kWrongKind, std::string("frames of the format ") +
                                           gst_video_format_to_string(from.finfo->format) +
                                           " cannot be converted to BGR");
  }
}

BgrConverter::~BgrConverter() { gst_video_converter_free(converter_); }

Image BgrConverter::convert(GstSample* sample) {
  Image image(from_.width, from_.height);
  GstBuffer* target =
      gst_buffer_new_wrapped_full(GstMemoryFlags(0), image.pixels.data(), image.pixels.size(), 0,
                                  image.pixels.size(), nullptr, nullptr);
  struct Unref {
    GstBuffer* buffer;
    ~Unref() { gst_buffer_unref(buffer); }
  } unref{target};
  MappedFrame source(from_, gst_sample_get_buffer(sample), GST_MAP_READ);
  MappedFrame result(to_, target, GST_MAP_WRITE);
  gst_video_converter_frame(converter_, source.get(), result.get());
  return image;
}

}  // namespace stip::training
