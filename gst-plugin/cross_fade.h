#pragma once

#include <gst/video/video.h>

namespace stip::gst {

/// A mix of two pictures of one format and size: `share` (0..1) of `to`, the rest of `from`,
/// rounded to the nearest level; alpha too. Padding bytes are those of `to`. `mixed` must be
/// neither.
void cross_fade(const GstVideoFrame* from, const GstVideoFrame* to, double share,
                GstVideoFrame* mixed);

}  // namespace stip::gst
