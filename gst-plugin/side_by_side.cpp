#include "side_by_side.h"

namespace stip::gst {
namespace {

int columns_of(const GstVideoFrame* frame, int component) {
  return GST_VIDEO_FRAME_COMP_WIDTH(frame, component);
}

Columns left_columns(const GstVideoFrame* left, int component) {
  return {0, columns_of(left, component), 0};
}

// Subsampled, at a width that is no multiple of it: the left half ends in the middle of a column,
// which is the left one's. The right picture's columns then lie off the grid, and one of them may
// find no room.
Columns right_columns(const GstVideoFrame* right, int component) {
  const int count = columns_of(right, component);
  const int room = GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(right->info.finfo, component,
                                                     2 * GST_VIDEO_FRAME_WIDTH(right));
  const int lost = 2 * count - room;
  return {lost, count - lost, count};
}

}  // namespace

void compose_side_by_side(const GstVideoFrame* left, const GstVideoFrame* right,
                          GstVideoFrame* both, const CopyRows& copy_rows) {
  copy_columns(left, both, left_columns, copy_rows);
  copy_columns(right, both, right_columns, copy_rows);
}

}  // namespace stip::gst
