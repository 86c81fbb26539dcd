#pragma once

#include "data/random_stream.h"
#include "data/synthetic_texture.h"

namespace stip::training {

/// A texture without a source: clouds of noise, stripes, checks, lines of text, leaves (overlapping
/// shapes of all sizes) or a gradient, in random colours, opaque; 1x1 at least. Not yet a spline.
Texture random_pattern(RandomStream& random, int width, int height);

/// Noise of all sizes from `coarsest` texels down to one: [height * width], mean 0, deviation 1.
/// `roughness` is how much of an octave's strength the next finer one has, 0..1.
std::vector<float> noise_plane(RandomStream& random, int width, int height, double coarsest,
                               double roughness);

}  // namespace stip::training
