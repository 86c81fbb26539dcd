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

/// What every step needs is kept in registers, for a step of products is short: of two hundred
/// instructions sixteen multiply.
template <typename Size, typename T>
class Loader<Size, MapInput<T>> {
 public:
  using Task = Convolution<MapInput<T>>;

  __device__ Loader(const Task& task, int copy, int first_pixel, int first_depth)
      : task_(task),
        copied_(copy * task.copy_source),
        height_(task.height),
        width_(task.width),
        channels_(task.channels),
        rows_(task, first_pixel) {
    const int depth = first_depth + Rows::depth(), box = depth / channels_;
    channel_ = depth % channels_;
    column_ = box % task.columns;
    row_ = box / task.columns % task.rows;
    source_ = box / task.columns / task.rows;
    for (int i = 0; i < Rows::kRows; ++i) {
      pixel_[i] = rows_.y[i] * width_ + rows_.x[i];
      if (!rows_.is_pixel[i]) rows_.y[i] = kNowhere;
    }
    enter_source();
  }

  __device__ void load(T* left) {
    const int shift = row_ * width_ + column_;
#pragma unroll
    for (int i = 0; i < Rows::kRows; ++i) {
      // Negative ones are large ones here.
      const bool inside =
          static_cast<unsigned>(rows_.y[i] + row_) < static_cast<unsigned>(readable_height_) &&
          static_cast<unsigned>(rows_.x[i] + column_) < static_cast<unsigned>(width_);
      const T* const from =
          data_ + (inside ? static_cast<std::ptrdiff_t>(pixel_[i] + shift) * step_ + channel_ : 0);
      T* const to = left + Rows::row(i) * Size::kLeftStep + Rows::depth();
      __pipeline_memcpy_async(to, from, 16, inside ? 0 : 16);
    }
    advance();
  }

 private:
  using Rows = RowsOfThread<Size, Task>;
  // A line that no box reaches from.
  static constexpr int kNowhere = -(1 << 30);

  __device__ void advance() {
    channel_ += Size::kDepth;
    while (channel_ >= channels_) {
      channel_ -= channels_;
      if (++column_ < task_.columns) continue;
      column_ = 0;
      if (++row_ < task_.rows) continue;
      row_ = 0;
      ++source_;
      enter_source();
    }
  }

  __device__ void enter_source() {
    const bool in_depth = source_ < task_.input.count;
    const MapSource<T>& source = task_.input.source[in_depth ? source_ : 0];
    data_ = source.data + copied_;
    step_ = source.step;
    readable_height_ = in_depth ? height_ : 0;  // beyond the depth are zeros
  }

  const Task& task_;
  std::ptrdiff_t copied_;
  int height_;
  int width_;
  int channels_;
  Rows rows_;
  int pixel_[Rows::kRows];  // of a box's first pixel
  int source_;
  int row_;
  int column_;
  int channel_;
  const T* data_;  // of the source
  int step_;
  int readable_height_;
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

/// Brings the weights of a step, [depth][columns].
template <typename Size, typename T>
class WeightLoader {
 public:
  __device__ WeightLoader(const T* weights, int depth, int outputs, int first_depth,
                          int first_output)
      : row_(first_depth + static_cast<int>(threadIdx.x) / kAcross),
        depth_(first_output + column() < outputs && static_cast<int>(threadIdx.x) < kCopies ? depth
                                                                                            : 0),
        outputs_(outputs),
        from_(weights + static_cast<std::ptrdiff_t>(row_) * outputs + first_output + column()),
        any_(weights) {}

  __device__ void load(T* right) {
    T* to = right + static_cast<int>(threadIdx.x) / kAcross * Size::kRightStep + column();
#pragma unroll
    for (int i = 0; i < kTurns; ++i) {
      const bool inside = row_ + i * kRowsApart < depth_;
      const T* const from = from_ + static_cast<std::ptrdiff_t>(i * kRowsApart) * outputs_;
      if (static_cast<int>(threadIdx.x) < kCopies) {
        __pipeline_memcpy_async(to + i * kRowsApart * Size::kRightStep, inside ? from : any_, 16,
                                inside ? 0 : 16);
      }
    }
    row_ += Size::kDepth;
    from_ += static_cast<std::ptrdiff_t>(Size::kDepth) * outputs_;
  }

 private:
  static constexpr int kAcross = Size::kColumns / Size::kVector;
  static constexpr int kCopies = Size::kDepth * kAcross;  // of 16 bytes, in a step
  static constexpr int kTurns = (kCopies + Size::kThreads - 1) / Size::kThreads;
  static constexpr int kRowsApart = Size::kThreads / kAcross;
  static_assert(kCopies % Size::kThreads == 0 || kTurns == 1);

  __device__ static int column() { return static_cast<int>(threadIdx.x) % kAcross * Size::kVector; }

  int row_;
  int depth_;  // 0: this thread's columns are beyond the outputs
  int outputs_;
  const T* from_;
  const T* any_;  // readable, where nothing is read
};

}  // namespace stip::cuda
