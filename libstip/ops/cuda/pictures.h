#pragma once

#include "ops/cuda/frame_source.h"
#include "ops/cuda/numbers.h"

namespace stip::cuda {

/// A patched frame of floats, [grid][step], channel (dy*patch + dx)*3 + colour.
struct PatchedFrame {
  float* data = nullptr;
  int step = 0;
  int patch = 1;
  int grid_width = 0;
};

/// The upper left part of a patched frame as bytes: clamped to 0..1 and rounded (a half to the even
/// neighbour, no number to 0).
void store_picture(const PatchedFrame& from, const MutablePicture& to, cudaStream_t stream);

/// NV12 to a packed picture of the same size: blue, green and red become colours 0, 1 and 2.
void unpack_nv12(const Picture& from, const MutablePicture& to, cudaStream_t stream);

/// Which values one output of a scaling is a mix of: `first` on, `count` of them, with weights that
/// add up to 1 (device memory, all three).
struct Taps {
  const int* first = nullptr;
  const int* count = nullptr;
  const float* weights = nullptr;  ///< [outputs][most]
  int most = 0;
};

/// Bilinear scaling, columns first: pictures of `colours` floats a pixel.
struct Narrowing {
  FrameSource from;  ///< bytes, or a patched frame
  int from_height = 0;
  int to_width = 0;
  Taps columns;
  float* to = nullptr;  ///< [from_height][to_width][3]
};
void scale_columns(const Narrowing& narrowing, cudaStream_t stream);

/// Then rows: to a patched frame, or to bytes where `to_bytes` has data.
struct Shortening {
  const float* from = nullptr;  ///< [from_height][width][3]
  int width = 0;
  int height = 0;  ///< of the result
  Taps rows;
  PatchedFrame to;
  MutablePicture to_bytes;
};
void scale_rows(const Shortening& shortening, cudaStream_t stream);

}  // namespace stip::cuda
