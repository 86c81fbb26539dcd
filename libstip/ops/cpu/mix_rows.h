// What a prediction of `output: motion` costs at every pixel after its sources were read: mixing
// them, and sharpening the mix.
#pragma once

#include "ops/cpu/pixel_rows.h"

namespace stip::cpu {
namespace {

inline Pixel mixed(const MixRow& c, int x, int low, int high, float part) {
  const Pixel w = between(load_pixel(c.weights + 4 * low), load_pixel(c.weights + 4 * high), part);
  const Pixel g = between(load_pixel(c.ground + 4 * low), load_pixel(c.ground + 4 * high), part);
  const Pixel copy = load_pixel(c.copies + 4 * x);
  Pixel sum = copy + g - copy * g[3];
  for (int i = 0; i < 4; ++i) sum += (load_pixel(c.sources[i] + 4 * x) - copy) * w[i];
  return sum;
}

void mix_row(const MixRow& c) {
  // Points lie a quarter of their distance beside pixels.
  for (int x = 0; x < c.width; ++x) {
    const int left = (x + 1) / 2 - 1;
    const int low = left < 0 ? 0 : left;
    const int high = left + 1 < c.points ? left + 1 : c.points - 1;
    *reinterpret_cast<StoredPixel*>(c.out + 4 * x) =
        mixed(c, x, low, high, x % 2 == 0 ? 0.75f : 0.25f);
  }
}

void sharpen_row(const SharpenRow& c) {
  const auto column = [&](int x) {
    const Pixel here = load_pixel(c.here + 4 * x);
    return load_pixel(c.above + 4 * x) + here + here + load_pixel(c.below + 4 * x);
  };
  Pixel left = column(0), middle = left;
  for (int x = 0; x < c.width; ++x) {
    const Pixel right = x + 1 < c.width ? column(x + 1) : middle;
    // Pixels lie 3/8 and 1/8 of a cell before its centre, and as much after it.
    const float* around = c.amounts + (x + 2) / 4;
    const float amount =
        around[0] + (around[1] - around[0]) * (0.125f + 0.25f * static_cast<float>((x + 2) % 4));
    const Pixel here = load_pixel(c.here + 4 * x);
    const Pixel blurred = (left + middle + middle + right) * 0.0625f;
    *reinterpret_cast<StoredPixel*>(c.out + 4 * x) = here + (here - blurred) * amount;
    left = middle;
    middle = right;
  }
}

void pack_pixels(const PackPixels& c) {
  constexpr float kMagic = 8388608;  // 2^23: adding it rounds to an integer, halves to even
  const int first = c.swap ? 2 : 0;
  std::uint8_t* out = c.out;
  for (int i = 0; i < c.count; ++i, out += 3) {
    Pixel value = load_pixel(c.pixels + 4 * i);
    value = value > 0.0f ? value : Pixel{};  // also where it is no number
    value = value < 255.0f ? value : Pixel{} + 255.0f;
    value = value + kMagic;
    PixelBits bits;
    std::memcpy(&bits, &value, sizeof bits);
    out[first] = static_cast<std::uint8_t>(bits[0]);
    out[1] = static_cast<std::uint8_t>(bits[1]);
    out[2 - first] = static_cast<std::uint8_t>(bits[2]);
  }
}

}  // namespace
}  // namespace stip::cpu
