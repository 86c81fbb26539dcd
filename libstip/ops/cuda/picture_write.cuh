#pragma once

#include <cuda_runtime.h>

#include "ops/cuda/frame_read.cuh"

namespace stip::cuda {

/// One colour of a pixel; with the last colour comes the fourth byte, where there is one.
__device__ inline void write_colour(const MutablePicture& to, int y, int x, int c,
                                    std::uint8_t byte) {
  std::uint8_t* const pixel = to.data + y * to.stride + x * to.pixel_bytes;
  pixel[channel_of(to, c)] = byte;
  if (to.pixel_bytes == 4 && c == 2) {
    pixel[6 - to.channel[0] - to.channel[1] - to.channel[2]] = 255;
  }
}

/// Neighbouring channels of one cell of a patched frame, from `first` on, as far as they lie in the
/// picture: read_cell()'s inverse.
template <int kCount>
__device__ inline void write_cell(const MutablePicture& to, int patch, int y, int x, int first,
                                  const float (&values)[kCount]) {
  const int run = 3 * patch;
  int dy = first / run, rest = first % run;
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    const int row = y * patch + dy, column = x * patch + rest / 3;
    if (dy < patch && row < to.height && column < to.width) {
      write_colour(to, row, column, rest % 3, to_byte(values[i]));
    }
    if (++rest == run) {
      rest = 0;
      ++dy;
    }
  }
}

}  // namespace stip::cuda
