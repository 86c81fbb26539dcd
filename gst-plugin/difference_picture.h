#pragma once

#include <gst/video/video.h>

namespace stip::gst {

/// Four times the difference of two pictures of one format and size: of luma, with grey chroma, or
/// of each colour where the format is RGB. Equal is black; differences over a quarter of the range
/// are white. Without a prediction (null) all is black. Alpha and padding bytes are the truth's.
/// `difference` must be neither of the two.
void draw_difference(const GstVideoFrame* truth, const GstVideoFrame* prediction,
                     GstVideoFrame* difference);

}  // namespace stip::gst
