#pragma once

#include <cstddef>
#include <vector>

#include "motion/flow_field.h"
#include "stip/frame.h"

namespace stip {

/// Four floats that are computed with as one. (A vector type of GCC and Clang: + - * work on all
/// four, and a scalar stands for four.)
using Float4 = float __attribute__((vector_size(16)));

/// A picture of four float channels a pixel: a colour picture's blue, green, red (0..255) and a
/// zero, or the four weights of the blend.
struct FloatPicture {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  std::vector<Float4> pixels;

  /// Keeps its memory when the size stays: fresh pages for every picture of a live stream cost more
  /// than the arithmetic.
  void resize(int width_, int height_) {
    width = width_;
    height = height_;
    pixels.resize(static_cast<std::size_t>(width_) * height_);
  }

  Float4* row(int y) { return pixels.data() + static_cast<std::ptrdiff_t>(width) * y; }
  const Float4* row(int y) const { return pixels.data() + static_cast<std::ptrdiff_t>(width) * y; }
};

// Results go to `out`, which takes their size and must be another picture than the input.

void to_float(const FrameView& frame, int threads, FloatPicture* out);

/// Clamped and rounded to 8 bit, in the view's colour order.
void to_frame(const FloatPicture& picture, const MutableFrameView& frame, int threads);

/// The same for one row of pixels: `bytes` has three for each.
void to_bytes(const Float4* pixels, int count, PixelOrder order, std::uint8_t* bytes);

/// out(p) = picture(p + flow(p)): bilinear, the border replicated.
void warp(const FloatPicture& picture, const FlowField& flow, int threads, FloatPicture* out);

/// Gaussian of this standard deviation (pixels, above 0), cut at three of it, the border
/// replicated.
void blur(const FloatPicture& picture, double sigma, int threads, FloatPicture* out);

}  // namespace stip
