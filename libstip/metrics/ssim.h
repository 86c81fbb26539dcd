#pragma once

#include <cstdint>

#include "stip/frame.h"

namespace stip {

/// Structural similarity as its authors defined it: Gaussian window 11x11 of sigma 1.5, K1 = 0.01,
/// K2 = 0.03, biased covariances, mean over the places where the window lies inside. The data range
/// is the full one: 255 of 8 bits, which is range 1 of values in 0..1. A picture under 11 pixels is
/// first made 11 long by repeating its last column or row.

/// Of two planes without padding.
double ssim_of_planes(const std::uint8_t* a, const std::uint8_t* b, int width, int height);

/// Mean over the three colours of two pictures of one size and pixel order.
double ssim(const FrameView& a, const FrameView& b);

}  // namespace stip
