#include "picture_copy.h"

#include <cstring>

#include "component.h"

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

RowBlock block_of(const GstVideoFrame* from, GstVideoFrame* to, int component, Columns columns) {
  const int plane = GST_VIDEO_FRAME_COMP_PLANE(from, component);
  const auto bytes = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_PSTRIDE(from, component));
  return {row(from, plane, 0) + static_cast<std::size_t>(columns.first) * bytes,
          GST_VIDEO_FRAME_PLANE_STRIDE(from, plane),
          row(to, plane, 0) + static_cast<std::size_t>(columns.target) * bytes,
          GST_VIDEO_FRAME_PLANE_STRIDE(to, plane),
          static_cast<std::size_t>(columns.count) * bytes,
          GST_VIDEO_FRAME_COMP_HEIGHT(from, component)};
}

// YUY2 and its kin: one plane in which luma and chroma have different numbers of columns.
bool mixes_subsampling(const GstVideoFrame* frame) {
  const GstVideoFormatInfo* format = frame->info.finfo;
  return GST_VIDEO_FORMAT_INFO_N_PLANES(format) == 1 && GST_VIDEO_FORMAT_INFO_IS_YUV(format) &&
         GST_VIDEO_FORMAT_INFO_W_SUB(format, 1) > 0;
}

Columns all_columns(const GstVideoFrame* from, int component) {
  return {0, GST_VIDEO_FRAME_COMP_WIDTH(from, component), 0};
}

}  // namespace

void copy_rows_on_host(const RowBlock& block) {
  for (int y = 0; y < block.rows; ++y) {
    std::memcpy(block.to + y * block.to_stride, block.from + y * block.from_stride, block.bytes);
  }
}

void copy_columns(const GstVideoFrame* from, GstVideoFrame* to,
                  Columns (*columns)(const GstVideoFrame* from, int component),
                  const CopyRows& copy_rows) {
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
    copy_rows(block_of(from, to, c, columns(from, c)));
  }
}

void copy_picture(const GstVideoFrame* from, GstVideoFrame* to, const CopyRows& copy_rows) {
  copy_columns(from, to, all_columns, copy_rows);
}

bool same_colours(const GstVideoFrame* a, const GstVideoFrame* b) {
  for (int c = 0; c < colour_count(a); ++c) {
    const Component left(a, c), right(b, c);
    for (int y = 0; y < left.height; ++y) {
      for (int x = 0; x < left.width; ++x) {
        if (left.row(y)[x * left.step] != right.row(y)[x * right.step]) return false;
      }
    }
  }
  return true;
}

}  // namespace stip::gst
