#pragma once

#include <gst/video/video.h>

namespace stip::gst {

/// Consecutive columns of one component, counted on its own (subsampled) grid.
struct Columns {
  int first;
  int count;
  int target;  ///< where the first one goes
};

/// Copies columns of every component between frames of one format and height, byte for byte.
/// `columns` says which, for each component; it must be the same for components that share both
/// a plane and their subsampling.
void copy_columns(const GstVideoFrame* from, GstVideoFrame* to,
                  Columns (*columns)(const GstVideoFrame* from, int component));

/// The whole picture. (gst_video_frame_copy() of 1.22 forgets the last chroma sample of YUY2 and
/// UYVY at odd widths.)
void copy_picture(const GstVideoFrame* from, GstVideoFrame* to);

}  // namespace stip::gst
