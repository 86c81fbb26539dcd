// Places between the pixels of a picture or the vectors of a field.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// What a vector of four floats is chosen from, or its bits.
typedef std::int32_t PixelBits __attribute__((vector_size(16)));

constexpr int kReadBlock = 64;

// Places first, for many pixels at once: that is arithmetic which compilers make vectors of.
template <typename Value>
inline void find_places(const GridReads<Value>& c, int first, int count, std::int32_t* index,
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

// kValues of each place, given a place's four neighbours by read(corner, below, part_x, part_y,
// out): the upper left one, and how far it is to the row below it. A grid of one column has no
// neighbour to the right that could be read with it.
template <int kValues, typename Value, typename Read>
inline void read_grid(const GridReads<Value>& c, const Read& read) {
  std::int32_t index[kReadBlock];
  float part_x[kReadBlock], part_y[kReadBlock];
  const std::ptrdiff_t below = c.height > 1 ? std::ptrdiff_t{kValues} * c.width : 0;
  for (int first = 0; first < c.count; first += kReadBlock) {
    const int count = c.count - first < kReadBlock ? c.count - first : kReadBlock;
    find_places(c, first, count, index, part_x, part_y);
    float* out = c.out + std::ptrdiff_t{kValues} * first;
    for (int i = 0; i < count && c.width == 1; ++i) {
      const Value* corner = c.values + std::ptrdiff_t{kValues} * index[i];
      for (int k = 0; k < kValues; ++k) {
        const float upper = corner[k], lower = corner[below + k];
        out[kValues * i + k] = upper + (lower - upper) * part_y[i];
      }
    }
    for (int i = 0; i < count && c.width > 1; ++i) {
      read(c.values + std::ptrdiff_t{kValues} * index[i], below, part_x[i], part_y[i],
           out + kValues * i);
    }
  }
}

}  // namespace
}  // namespace stip::cpu
