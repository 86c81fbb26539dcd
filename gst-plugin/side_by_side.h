#pragma once

#include <gst/video/video.h>

#include "picture_copy.h"

namespace stip::gst {

/// Two pictures of one format and size beside each other in a third of twice the width. Bytes are
/// copied, never converted, so the left half is the original exactly. The column of chroma that
/// both halves share at widths that do not end with one is the left picture's.
void compose_side_by_side(const GstVideoFrame* left, const GstVideoFrame* right,
                          GstVideoFrame* both, const CopyRows& copy_rows = copy_rows_on_host);

}  // namespace stip::gst
