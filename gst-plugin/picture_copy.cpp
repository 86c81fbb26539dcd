#include "picture_copy.h"

#include <cstring>

namespace stip::gst {
namespace {

guint8* row(const GstVideoFrame* frame, int plane, int y) {
  return static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)) +
         y * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
}

void copy_component(const GstVideoFrame* from, GstVideoFrame* to, int component, Columns columns) {
  const int plane = GST_VIDEO_FRAME_COMP_PLANE(from, component);
  const int step = GST_VIDEO_FRAME_COMP_PSTRIDE(from, component);
  const int offset = GST_VIDEO_FRAME_COMP_POFFSET(from, component);
  for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(from, component); ++y) {
    const guint8* source = row(from, plane, y) + offset + columns.first * step;
    guint8* target = row(to, plane, y) + offset + columns.target * step;
    for (int x = 0; x < columns.count; ++x) target[x * step] = source[x * step];
  }
}

void copy_rows(const GstVideoFrame* from, GstVideoFrame* to, int component, Columns columns) {
  const int plane = GST_VIDEO_FRAME_COMP_PLANE(from, component);
  const auto bytes = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_PSTRIDE(from, component));
  for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(from, component); ++y) {
    std::memcpy(row(to, plane, y) + static_cast<std::size_t>(columns.target) * bytes,
                row(from, plane, y) + static_cast<std::size_t>(columns.first) * bytes,
                static_cast<std::size_t>(columns.count) * bytes);
  }
}

// YUY2 and UYVY: one plane in which luma and chroma have different numbers of columns.
bool mixes_subsampling(const GstVideoFrame* frame) {
  const GstVideoFormatInfo* format = frame->info.finfo;
  return GST_VIDEO_FORMAT_INFO_N_PLANES(format) == 1 && GST_VIDEO_FORMAT_INFO_IS_YUV(format) &&
         GST_VIDEO_FORMAT_INFO_W_SUB(format, 1) > 0;
}

Columns all_columns(const GstVideoFrame* from, int component) {
  return {0, GST_VIDEO_FRAME_COMP_WIDTH(from, component), 0};
}

}  // namespace

void copy_columns(const GstVideoFrame* from, GstVideoFrame* to,
                  Columns (*columns)(const GstVideoFrame* from, int component)) {
  const int components = static_cast<int>(GST_VIDEO_FRAME_N_COMPONENTS(from));
  if (mixes_subsampling(from)) {
    for (int c = 0; c < components; ++c) copy_component(from, to, c, columns(from, c));
    return;
  }
  int copied = -1;
  for (int c = 0; c < components; ++c) {
    // Components of one plane travel together, with the padding bytes between them.
    const int plane = GST_VIDEO_FRAME_COMP_PLANE(from, c);
    if (plane == copied) continue;
    copied = plane;
    copy_rows(from, to, c, columns(from, c));
  }
}

void copy_picture(const GstVideoFrame* from, GstVideoFrame* to) {
  copy_columns(from, to, all_columns);
}

}  // namespace stip::gst
