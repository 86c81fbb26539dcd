#pragma once

#include <gst/video/video.h>

#include <cstddef>

namespace stip::gst {

/// The samples of one component (luma, a colour, alpha) of a mapped 8-bit frame, wherever its
/// format puts them: sample x of line y is row(y)[x * step].
struct Component {
  Component(const GstVideoFrame* frame, int number)
      : data(static_cast<guint8*>(GST_VIDEO_FRAME_COMP_DATA(frame, number))),
        stride(GST_VIDEO_FRAME_COMP_STRIDE(frame, number)),
        step(GST_VIDEO_FRAME_COMP_PSTRIDE(frame, number)),
        width(GST_VIDEO_FRAME_COMP_WIDTH(frame, number)),
        height(GST_VIDEO_FRAME_COMP_HEIGHT(frame, number)) {}

  guint8* row(int y) const { return data + y * stride; }

  guint8* data;
  std::ptrdiff_t stride;
  int step;
  int width;
  int height;
};

/// Components that are seen: without alpha.
inline int colour_count(const GstVideoFrame* frame) {
  return GST_VIDEO_FORMAT_INFO_IS_GRAY(frame->info.finfo) ? 1 : 3;
}

/// Whether the component says how far U or V are from grey.
inline bool is_chroma(const GstVideoFrame* frame, int component) {
  return component > 0 && GST_VIDEO_FORMAT_INFO_IS_YUV(frame->info.finfo);
}

/// Values of black and white in a component, as the frame's colorimetry has them; of chroma, grey
/// and its reach to either side together.
struct Levels {
  int low;
  int high;
};

inline Levels levels_of(const GstVideoFrame* frame, int component) {
  gint offset[GST_VIDEO_MAX_COMPONENTS];
  gint scale[GST_VIDEO_MAX_COMPONENTS];
  gst_video_color_range_offsets(frame->info.colorimetry.range, frame->info.finfo, offset, scale);
  return {offset[component], offset[component] + scale[component]};
}

}  // namespace stip::gst
