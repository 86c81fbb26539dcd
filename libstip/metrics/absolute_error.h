#pragma once

#include "stip/frame.h"

namespace stip {

/// Mean absolute error over all values of two 8-bit pictures of one size and pixel order, levels.
double absolute_error(const FrameView& a, const FrameView& b);

}  // namespace stip
