#pragma once

#include <cuda_pipeline.h>

#include "ops/cuda/convolution.h"
#include "ops/cuda/frame_read.cuh"

namespace stip::cuda {

/// Brings what a block of pixels reads into shared memory, one step of the depth after the other:
/// each thread copies 16 bytes of some rows.
template <typename Size, typename Input>
class Loader;

template <typename Size, typename Task>
class RowsOfThread {
 public:
  using T = typename Task::T;
  static constexpr int kAcross = Size::kDepth / Size::kVector;
  static constexpr int kRowsApart = Size::kThreads / kAcross;
  static constexpr int kRows = Size::kRows / kRowsApart;

  __device__ RowsOfThread(const Task& task, int first_pixel) {
    for (int i = 0; i < kRows; ++i) {
      const int pixel = first_pixel + row(i);
      is_pixel[i] = pixel < task.out_height * task.out_width;
      y[i] = pixel / task.out_width * task.stride + task.top;
      x[i] = pixel % task.out_width * task.stride + task.left;
    }
  }

  /// The thread's place in a row of the step.
  __device__ static int depth() { return static_cast<int>(threadIdx.x) % kAcross * Size::kVector; }
  __device__ static int row(int i) {
    return static_cast<int>(threadIdx.x) / kAcross + i * kRowsApart;
  }

  bool is_pixel[kRows];
  int y[kRows];
  int x[kRows];
};

template <typename Size, typename T>
class Loader<Size, MapInput<T>> {
 public:
  using Task = Convolution<MapInput<T>>;

  __device__ Loader(const Task& task, int copy, int first_pixel, int first_depth)
      : task_(task), copy_(copy), rows_(task, first_pixel) {
    const int depth = first_depth + Rows::depth(), box = depth / task.channels;
    channel_ = depth % task.channels;
    column_ = box % task.columns;
    row_ = box / task.columns % task.rows;
    source_ = box / task.columns / task.rows;
  }

  __device__ void load(T* left) {
    const bool in_depth = source_ < task_.input.count;
    const MapSource<T>& source = task_.input.source[in_depth ? source_ : 0];
    const T* const data = source.data + copy_ * task_.copy_source;
#pragma unroll
    for (int i = 0; i < Rows::kRows; ++i) {
      const int y = rows_.y[i] + row_, x = rows_.x[i] + column_;
      const bool inside =
          in_depth && rows_.is_pixel[i] && y >= 0 && y < task_.height && x >= 0 && x < task_.width;
      const std::ptrdiff_t pixel = static_cast<std::ptrdiff_t>(y) * task_.width + x;
      const T* const from = inside ? data + pixel * source.step + channel_ : data;
      T* const to = left + Rows::row(i) * Size::kLeftStep + Rows::depth();
      __pipeline_memcpy_async(to, from, 16, inside ? 0 : 16);
    }
    advance();
  }

 private:
  using Rows = RowsOfThread<Size, Task>;

  __device__ void advance() {
    channel_ += Size::kDepth;
    while (channel_ >= task_.channels) {
      channel_ -= task_.channels;
      if (++column_ < task_.columns) continue;
      column_ = 0;
      if (++row_ < task_.rows) continue;
      row_ = 0;
      ++source_;
    }
  }

  const Task& task_;
  int copy_;
  Rows rows_;
  int source_;
  int row_;
  int column_;
  int channel_;
};

/// Frames are patched and converted on the way: no float picture of a true frame need exist.
template <typename Size, typename T>
class Loader<Size, FrameInput<T>> {
 public:
  using Task = Convolution<FrameInput<T>>;

  __device__ Loader(const Task& task, int, int first_pixel, int first_depth)
      : task_(task), rows_(task, first_pixel), depth_(first_depth + Rows::depth()) {}

  __device__ void load(T* left) {
    const int source = depth_ / task_.channels, channel = depth_ % task_.channels;
#pragma unroll
    for (int i = 0; i < Rows::kRows; ++i) {
      float values[Size::kVector] = {};
      if (source < task_.input.count && rows_.is_pixel[i]) {
        read_cell(task_.input.source[source], rows_.y[i], rows_.x[i], channel, values);
      }
      T* const to = left + Rows::row(i) * Size::kLeftStep + Rows::depth();
#pragma unroll
      for (int j = 0; j < Size::kVector; j += 4) {
        const float four[4] = {values[j], values[j + 1], values[j + 2], values[j + 3]};
        store_four(to + j, four);
      }
    }
    depth_ += Size::kDepth;
  }

 private:
  using Rows = RowsOfThread<Size, Task>;

  const Task& task_;
  Rows rows_;
  int depth_;
};

/// The weights of a step, [depth][columns].
template <typename Size, typename T>
__device__ void load_weights(const T* weights, int depth, int outputs, int first_depth,
                             int first_output, T* right) {
  constexpr int kAcross = Size::kColumns / Size::kVector;
  for (int i = static_cast<int>(threadIdx.x); i < Size::kDepth * kAcross; i += Size::kThreads) {
    const int row = i / kAcross, column = i % kAcross * Size::kVector;
    const bool inside = first_depth + row < depth && first_output + column < outputs;
    const std::ptrdiff_t place =
        static_cast<std::ptrdiff_t>(first_depth + row) * outputs + first_output + column;
    __pipeline_memcpy_async(right + row * Size::kRightStep + column,
                            inside ? weights + place : weights, 16, inside ? 0 : 16);
  }
}

}  // namespace stip::cuda
