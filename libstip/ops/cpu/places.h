// Places between the pixels of a picture or the vectors of a field.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// What a vector of four floats is chosen from, or its bits.
typedef std::int32_t PixelBits __attribute__((vector_size(16)));

constexpr int kReadBlock = 64;

// Places first, for many pixels at once: that is arithmetic which compilers make vectors of.
template <typename Reads>
inline void find_places(const Reads& c, int first, int count, std::int32_t* index, float* part_x,
                        float* part_y) {
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

}  // namespace
}  // namespace stip::cpu
