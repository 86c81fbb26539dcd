#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "stip/frame.h"

namespace stip::test {

/// A small packed BGR picture.
struct Picture {
  int width;
  int height;
  std::vector<std::uint8_t> pixels;

  Picture(int w, int h) : width(w), height(h), pixels(static_cast<std::size_t>(w) * h * 3) {}

  static Picture random(int w, int h, unsigned seed) {
    Picture picture(w, h);
    std::mt19937 generator(seed);
    for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(generator());
    return picture;
  }

  /// A bright square on grey noise-free ground, `offset` pixels to the right.
  static Picture moving(int w, int h, int offset) {
    Picture picture(w, h);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const bool inside = x >= offset && x < offset + w / 4 && y >= h / 4 && y < h / 2;
        for (int c = 0; c < 3; ++c) {
          picture.pixels[static_cast<std::size_t>((y * w + x) * 3 + c)] =
              static_cast<std::uint8_t>(inside ? 220 - 40 * c : 60 + 20 * c);
        }
      }
    }
    return picture;
  }

  FrameView view() const {
    return {pixels.data(), width, height, std::ptrdiff_t{3} * width, PixelOrder::kBgr};
  }
  MutableFrameView mutable_view() {
    return {pixels.data(), width, height, std::ptrdiff_t{3} * width, PixelOrder::kBgr};
  }
};

}  // namespace stip::test
