#pragma once

#include <cuda_runtime.h>

#include "ops/cuda/frame_source.h"

namespace stip::cuda {

/// Not by index: a kernel's parameters are read fastest where the place is known.
template <typename Bytes>
__device__ inline int channel_of(const Bytes& picture, int c) {
  return c == 0 ? picture.channel[0] : c == 1 ? picture.channel[1] : picture.channel[2];
}

/// 0..1 to 0..255: clamped, a half to the even neighbour, no number to 0.
__device__ inline std::uint8_t to_byte(float value) {
  // Written so that a value that is no number becomes 0.
  const float clamped = value > 0 ? (value < 1 ? value : 1.0f) : 0.0f;
  return static_cast<std::uint8_t>(rintf(clamped * 255.0f));
}

/// Blue (0), green (1) or red (2) of a pixel of NV12.
__device__ inline std::uint8_t nv12_colour(const Picture& picture, int y, int x, int which) {
  const std::uint8_t* const pair = picture.chroma + y / 2 * picture.chroma_stride + x / 2 * 2;
  const float luma = static_cast<float>(picture.data[y * picture.stride + x] - 16) / 219.0f;
  const float u = static_cast<float>(pair[0] - 128) / 224.0f;
  const float v = static_cast<float>(pair[1] - 128) / 224.0f;
  const float of_red = picture.bt709 ? 0.2126f : 0.299f;
  const float of_blue = picture.bt709 ? 0.0722f : 0.114f;
  const float red = luma + 2 * (1 - of_red) * v, blue = luma + 2 * (1 - of_blue) * u;
  const float green = (luma - of_red * red - of_blue * blue) / (1 - of_red - of_blue);
  return to_byte(which == 0 ? blue : which == 1 ? green : red);
}

/// Colour c of a pixel, 0..1.
__device__ inline float read_colour(const Picture& picture, int y, int x, int c) {
  const int row = y < picture.height ? y : picture.height - 1;
  const int column = x < picture.width ? x : picture.width - 1;
  const int channel = channel_of(picture, c);
  const std::uint8_t byte =
      picture.chroma != nullptr
          ? nv12_colour(picture, row, column, channel)
          : picture.data[row * picture.stride + column * picture.pixel_bytes + channel];
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
