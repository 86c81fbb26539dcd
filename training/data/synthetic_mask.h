#pragma once

#include <vector>

#include "data/random_stream.h"

namespace stip::training {

/// How opaque a sprite is, 0..1: [height * width].
struct Mask {
  int width = 0;
  int height = 0;
  std::vector<float> opacity;
};

/// An ellipse, polygon, rounded blob, box, or a body with limbs, that fills width x height but for
/// a rim of kMaskRim texels, where it is transparent. `softness`: half the width of its edge,
/// texels.
Mask random_mask(RandomStream& random, int width, int height, double softness);

/// Texels around a mask's shape: for soft edges and the spline's reach.
constexpr int kMaskRim = 6;

}  // namespace stip::training
