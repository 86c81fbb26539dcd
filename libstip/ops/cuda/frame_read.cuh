#pragma once

#include <cuda_runtime.h>

#include "ops/cuda/frame_source.h"

namespace stip::cuda {

/// Not by index: a kernel's parameters are read fastest where the place is known.
template <typename Bytes>
__device__ inline int channel_of(const Bytes& picture, int c) {
  return c == 0 ? picture.channel[0] : c == 1 ? picture.channel[1] : picture.channel[2];
}

/// Colour c of a pixel, 0..1.
__device__ inline float read_colour(const Picture& picture, int y, int x, int c) {
  const int row = y < picture.height ? y : picture.height - 1;
  const int column = x < picture.width ? x : picture.width - 1;
  const std::uint8_t byte =
      picture.data[row * picture.stride + column * picture.pixel_bytes + channel_of(picture, c)];
  return static_cast<float>(byte) * (1.0f / 255.0f);
}

/// Neighbouring channels of one cell of the patched frame, from `first` on; zeros beyond the last.
template <int kCount>
__device__ __forceinline__ void read_cell(const FrameSource& frame, int y, int x, int first,
                                          float (&values)[kCount]) {
  const int run = 3 * frame.patch, channels = run * frame.patch;
  if (*frame.is_patched != 0) {
    const float* cell = frame.patched + (static_cast<std::ptrdiff_t>(y) * frame.grid_width + x) *
                                            frame.patched_step;
#pragma unroll
    for (int i = 0; i < kCount; ++i) values[i] = first + i < channels ? cell[first + i] : 0.0f;
    return;
  }
  int dy = first / run, rest = first % run;
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    values[i] = first + i < channels ? read_colour(frame.picture, y * frame.patch + dy,
                                                   x * frame.patch + rest / 3, rest % 3)
                                     : 0.0f;
    if (++rest == run) {
      rest = 0;
      ++dy;
    }
  }
}

}  // namespace stip::cuda
