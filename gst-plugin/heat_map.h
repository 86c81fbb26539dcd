#pragma once

#include <gst/video/video.h>

#include "stip/anomaly.h"

namespace stip::gst {

/// The original with the blocks of the error map coloured over it: untouched under an error of 10
/// levels, faintly yellow above, nearly covered with red from 100 levels on. (Grey formats turn
/// white.) Without errors (null) it is the original. `picture` must not be the original.
void draw_heat_map(const GstVideoFrame* original, const ErrorMap* errors, GstVideoFrame* picture);

}  // namespace stip::gst
