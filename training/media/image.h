#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stip/frame.h"

namespace stip::training {

/// A picture that owns its pixels: packed 8-bit BGR, rows top to bottom without padding, full
/// range: pixels[(y * width + x) * 3 + c] with c = 0 blue, 1 green, 2 red.
struct Image {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  std::vector<std::uint8_t> pixels;

  Image() = default;
  /// Black.
  Image(int width_, int height_)
      : width(width_), height(height_), pixels(std::size_t(width_) * height_ * 3) {}

  std::ptrdiff_t stride() const { return std::ptrdiff_t(width) * 3; }
  FrameView view() const { return {pixels.data(), width, height, stride(), PixelOrder::kBgr}; }
  MutableFrameView mutable_view() {
    return {pixels.data(), width, height, stride(), PixelOrder::kBgr};
  }
  bool operator==(const Image& other) const {
    return width == other.width && height == other.height && pixels == other.pixels;
  }
  bool operator!=(const Image& other) const { return !(*this == other); }
};

}  // namespace stip::training
