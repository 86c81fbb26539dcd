#pragma once

#include <vector>

#include "data/clip_reading.h"
#include "data/clip_sample.h"

namespace stip::training {

/// Mean absolute difference of two pictures of one size inside a window, 0..255.
double motion(const Image& first, const Image& last, const Window& window);

void flip_left_right(ClipSample& sample);
void flip_upside_down(ClipSample& sample);
void reverse_time(ClipSample& sample);
/// Scales a square sample down to this side.
void shrink(ClipSample& sample, int side);
/// Every frame becomes the first one.
void hold_still(ClipSample& sample);

}  // namespace stip::training
