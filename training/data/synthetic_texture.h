#pragma once

#include <vector>

#include "media/image.h"

namespace stip::training {

/// Blue, green, red (0..255, premultiplied) and opacity (0..1): one vector register.
struct Texel {
  using Lanes = float __attribute__((vector_size(16)));
  Lanes lanes = {0, 0, 0, 0};
};

/// A picture to be drawn at positions between its pixels. Made as plain colours, then prepare() for
/// sampling. Texel (x, y) has its centre at the coordinates (x, y).
struct Texture {
  int width = 0;
  int height = 0;
  std::vector<Texel> texels;  // [height, width]

  Texture() = default;
  Texture(int width_, int height_)
      : width(width_), height(height_), texels(std::size_t(width_) * height_) {}

  Texel& at(int x, int y) { return texels[std::size_t(y) * width + x]; }
  const Texel& at(int x, int y) const { return texels[std::size_t(y) * width + x]; }
};

/// Gaussian blur; texels beyond the border repeat the last one. sigma in texels, 0: nothing.
void blur(Texture& texture, double sigma);

/// Turns texels into the coefficients of the cubic spline through them: moved by parts of a pixel,
/// a texture keeps its sharpness (bicubic kernels blur half-way between pixels and not at them,
/// which a network would learn as flicker).
void to_spline(Texture& texture);

/// Value of the spline at (x, y); beyond the border the texture is mirrored.
Texel sample(const Texture& texture, float x, float y);

}  // namespace stip::training
