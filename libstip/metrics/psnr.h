#pragma once

#include "stip/frame.h"

namespace stip {

/// Mean squared error over all values of two 8-bit pictures of one size, in levels².
double squared_error(const FrameView& a, const FrameView& b);

/// Peak signal-to-noise ratio in dB for 8-bit pictures. The error is floored at (1/4 level)², so
/// that equal pictures give 60.17 dB instead of infinity.
double psnr(double mean_squared_error);

}  // namespace stip
