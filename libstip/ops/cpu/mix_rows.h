// What a prediction of `output: motion` costs at every pixel: reading pictures between their
// pixels, and mixing what was read.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// A pixel: blue, green, red, zero.
typedef float Pixel __attribute__((vector_size(16)));
typedef float StoredPixel __attribute__((vector_size(16), aligned(4), may_alias));

inline Pixel load_pixel(const float* from) { return *reinterpret_cast<const StoredPixel*>(from); }

inline Pixel between(Pixel a, Pixel b, float part) { return a + (b - a) * part; }

constexpr int kReadBlock = 64;

// Places first, for many pixels at once: that is arithmetic which compilers make vectors of.
inline void find_places(const PixelReads& c, int first, int count, std::int32_t* index,
                        float* part_x, float* part_y) {
  const float last_x = static_cast<float>(c.width - 1), last_y = static_cast<float>(c.height - 1);
  // So that there is always a pixel to the right and below, if need be with all of the weight.
  const int left_most = c.width > 1 ? c.width - 2 : 0, top_most = c.height > 1 ? c.height - 2 : 0;
  for (int i = 0; i < count; ++i) {
    float x = c.x[first + i] * c.scale + c.shift, y = c.y[first + i] * c.scale + c.shift;
    x = x > 0.0f ? x : 0.0f;  // also where it is no number
    y = y > 0.0f ? y : 0.0f;
    x = x < last_x ? x : last_x;
    y = y < last_y ? y : last_y;
    std::int32_t left = static_cast<std::int32_t>(x), top = static_cast<std::int32_t>(y);
    left = left < left_most ? left : left_most;
    top = top < top_most ? top : top_most;
    part_x[i] = x - static_cast<float>(left);
    part_y[i] = y - static_cast<float>(top);
    index[i] = top * c.width + left;
  }
}

void read_pixels(const PixelReads& c) {
  std::int32_t index[kReadBlock];
  float part_x[kReadBlock], part_y[kReadBlock];
  const std::ptrdiff_t right = c.width > 1 ? 4 : 0;
  const std::ptrdiff_t below = c.height > 1 ? std::ptrdiff_t{4} * c.width : 0;
  for (int first = 0; first < c.count; first += kReadBlock) {
    const int count = c.count - first < kReadBlock ? c.count - first : kReadBlock;
    find_places(c, first, count, index, part_x, part_y);
    float* out = c.out + std::ptrdiff_t{4} * first;
    for (int i = 0; i < count; ++i) {
      const float* corner = c.pixels + std::ptrdiff_t{4} * index[i];
      const Pixel upper = between(load_pixel(corner), load_pixel(corner + right), part_x[i]);
      const Pixel lower =
          between(load_pixel(corner + below), load_pixel(corner + below + right), part_x[i]);
      *reinterpret_cast<StoredPixel*>(out + 4 * i) = between(upper, lower, part_y[i]);
    }
  }
}

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

typedef std::int32_t PixelBits __attribute__((vector_size(16)));

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
