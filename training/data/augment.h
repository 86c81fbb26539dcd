#pragma once

#include <vector>

#include "data/clip_reading.h"
#include "data/clip_sample.h"

namespace stip::training {

/// Mean absolute difference of two pictures of one size inside a window, 0..255.
double motion(const Image& first, const Image& last, const Window& window);

void flip_left_right(ClipSample& sample);
void flip_upside_down(ClipSample& sample);
/// Mirrors a square sample about its diagonal: columns become rows.
void transpose(ClipSample& sample);
void reverse_time(ClipSample& sample);
/// Scales a square sample down to this side.
void shrink(ClipSample& sample, int side);
/// Every frame becomes the first one.
void hold_still(ClipSample& sample);
/// Another light and other colours, the same in every frame: 255 * gain * (v / 255)^gamma, a gamma
/// for each colour.
struct Tone {
  double gain = 1;  ///< at most 1, so that nothing is cut off
  double gamma[3] = {1, 1, 1};
};
void change_tone(ClipSample& sample, const Tone& tone);

}  // namespace stip::training
