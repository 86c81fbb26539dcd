#pragma once

#include "ops/cuda/frame_source.h"
#include "ops/cuda/numbers.h"

namespace stip::cuda {

/// Channels come in multiples of this, with zeros: a step of the tensor cores.
constexpr int kChannelStep = 16;
constexpr int padded(int channels) {
  return (channels + kChannelStep - 1) / kChannelStep * kChannelStep;
}

/// A map in device memory, [height][width][step], of which the first channels are read.
template <typename T>
struct MapSource {
  const T* data = nullptr;
  int step = 0;
};

/// What a convolution reads: up to two maps of the same size (the second after the first in the
/// weights' depth) ...
template <typename T>
struct MapInput {
  using Value = T;
  static constexpr int kMost = 2;
  MapSource<T> source[kMost];
  int count = 1;
};

/// ... or frames, oldest first, patched while they are read.
template <typename T>
struct FrameInput {
  using Value = T;
  static constexpr int kMost = 16;  // ModelConfig::validate()
  FrameSource source[kMost];
  int count = 1;
};

/// A convolution, or one phase of a transposed one: for each place (y, x) of out_height x out_width
/// the sum over all sources, and a box of rows x columns of their pixels from (y*stride + top,
/// x*stride + left) on, zeros beyond the edge; then
///
///   v = sum + bias;  v = v > 0 ? v : leak*v;  v += recall_weight*recall;  v += newest
///
/// at pixel (y*spread + shift_y, x*spread + shift_x) of maps `width_out` wide. It is written as T
/// to `out`, as float to `exact`, or to both.
template <typename Input>
struct Convolution {
  using T = typename Input::Value;
  Input input;
  int height = 0;  ///< of the sources
  int width = 0;
  int channels = 0;  ///< of each source, a multiple of 16
  int rows = 1;
  int columns = 1;
  int top = 0;
  int left = 0;
  int stride = 1;
  const T* weights = nullptr;  ///< [source][row][column][channels][outputs]
  int outputs = 0;             ///< a multiple of 16

  int out_height = 0;
  int out_width = 0;
  int spread = 1;
  int shift_y = 0;
  int shift_x = 0;
  int width_out = 0;

  const float* bias = nullptr;  ///< [outputs]; null: zeros
  float leak = 1;               ///< 1: no activation
  const T* recall = nullptr;    ///< null: none
  int recall_step = 0;
  float recall_weight = 0;
  FrameSource newest;  ///< added where adds_newest
  bool adds_newest = false;
  T* out = nullptr;
  int out_step = 0;
  float* exact = nullptr;
  int exact_step = 0;
  MutablePicture picture;  ///< without data: none
  int patch = 1;           ///< of the cells

  // Equal convolutions over other maps, with other weights: how far the next one is (values).
  std::ptrdiff_t copy_source = 0;
  std::ptrdiff_t copy_weights = 0;
  std::ptrdiff_t copy_bias = 0;
  std::ptrdiff_t copy_out = 0;
  std::ptrdiff_t copy_exact = 0;
  std::ptrdiff_t split_exact = 0;  ///< from one part of the depth to the next
};

/// Convolutions that do not depend on each other, in one launch. With `splits` > 1 each is made in
/// so many parts of its depth, which are written to `exact` apart (no bias, no activation): where
/// there are few pixels and much depth, a GPU is full only so.
template <typename Input>
struct ConvolutionBatch {
  static constexpr int kMost = Input::kMost == 2 ? 8 : 1;
  Convolution<Input> task[kMost];
  int count = 0;
  int copies = 1;
  int splits = 1;

  void add(const Convolution<Input>& one) { task[count++] = one; }
};

/// T is float (exact products), Half or Bfloat16 (tensor cores, sums in float; the latter from
/// compute capability 8.0 on). Maps and weights are aligned to 16 bytes. Does not wait.
template <typename T>
void convolve(const ConvolutionBatch<MapInput<T>>& batch, cudaStream_t stream);
template <typename T>
void convolve(const ConvolutionBatch<FrameInput<T>>& batch, cudaStream_t stream);

/// Into how many parts a convolution's depth is best cut on a GPU of so many multiprocessors.
int choose_splits(int pixels, int outputs, int depth, int together, int multiprocessors);

}  // namespace stip::cuda
