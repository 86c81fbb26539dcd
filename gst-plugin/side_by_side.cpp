#include "side_by_side.h"

namespace stip::gst {
namespace {

int columns_of(const GstVideoFrame* frame, int component) {
  return GST_VIDEO_FRAME_COMP_WIDTH(frame, component);
}

Columns left_columns(const GstVideoFrame* left, int component) {
  return {0, columns_of(left, component), 0};
}

// Subsampled and odd: the left half ends in the middle of a column, which is the left one's. The
// right picture's columns then lie half a column off, and one of them finds no room.
Columns right_columns(const GstVideoFrame* right, int component) {
  const bool subsampled = GST_VIDEO_FORMAT_INFO_W_SUB(right->info.finfo, component) > 0;
  const int lost = subsampled && GST_VIDEO_FRAME_WIDTH(right) % 2 != 0 ? 1 : 0;
  const int count = columns_of(right, component);
  return {lost, count - lost, count};
}

}  // namespace

void compose_side_by_side(const GstVideoFrame* left, const GstVideoFrame* right,
                          GstVideoFrame* both, const CopyRows& copy_rows) {
  copy_columns(left, both, left_columns, copy_rows);
  copy_columns(right, both, right_columns, copy_rows);
}

}  // namespace stip::gst
