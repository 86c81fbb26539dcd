#pragma once

#include <gst/video/video.h>

#include <cstddef>
#include <functional>

namespace stip::gst {

/// Consecutive columns of one component, counted on its own (subsampled) grid.
struct Columns {
  int first;
  int count;
  int target;  ///< where the first one goes
};

/// So many bytes of each of so many rows, and where they go.
struct RowBlock {
  const guint8* from;
  std::ptrdiff_t from_stride;
  guint8* to;
  std::ptrdiff_t to_stride;
  std::size_t bytes;
  int rows;
};
/// Copies where the pictures are: in the host's memory, or in a GPU's (gpu_memory.h).
using CopyRows = std::function<void(const RowBlock&)>;
void copy_rows_on_host(const RowBlock& block);

/// Copies columns of every component between frames of one format and height, byte for byte.
/// `columns` says which, for each component; it must be the same for components that share both
/// a plane and their subsampling. YUY2 and its kin are read and written on the host.
void copy_columns(const GstVideoFrame* from, GstVideoFrame* to,
                  Columns (*columns)(const GstVideoFrame* from, int component),
                  const CopyRows& copy_rows = copy_rows_on_host);

/// The whole picture. (gst_video_frame_copy() of 1.22 forgets the last chroma sample of YUY2 and
/// its kin at odd widths.)
void copy_picture(const GstVideoFrame* from, GstVideoFrame* to,
                  const CopyRows& copy_rows = copy_rows_on_host);

/// Whether two pictures of one format and size look the same: every colour of every pixel. On the
/// host.
bool same_colours(const GstVideoFrame* a, const GstVideoFrame* b);

}  // namespace stip::gst
