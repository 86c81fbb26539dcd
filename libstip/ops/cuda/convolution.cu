#include "ops/cuda/convolution.h"

#include <algorithm>

#include "ops/cuda/launch.h"
#include "ops/cuda/loaders.cuh"
#include "ops/cuda/picture_write.cuh"
#include "ops/cuda/products.cuh"

namespace stip::cuda {
namespace {

// From the block's sums in shared memory to the maps.
template <typename Size, typename Task>
__device__ void finish(const Task& task, int copy, int split, bool whole, int first_pixel,
                       int first_output, const float* sums) {
  using T = typename Task::T;
  constexpr int kAcross = Size::kColumns / 4;
  const int pixels = task.out_height * task.out_width;
  for (int i = static_cast<int>(threadIdx.x); i < Size::kRows * kAcross; i += Size::kThreads) {
    const int row = i / kAcross, column = i % kAcross * 4;
    const int pixel = first_pixel + row, output = first_output + column;
    if (pixel >= pixels || output >= task.outputs) continue;
    const int y = pixel / task.out_width * task.spread + task.shift_y;
    const int x = pixel % task.out_width * task.spread + task.shift_x;
    const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(y) * task.width_out + x;
    const Four<float> sum = load_four(sums + row * Size::kSumsStep + column);
    float values[4] = {sum.value[0], sum.value[1], sum.value[2], sum.value[3]};
    if (whole && task.bias != nullptr) {
      const Four<float> bias = load_four(task.bias + copy * task.copy_bias + output);
      for (int j = 0; j < 4; ++j) values[j] += bias.value[j];
    }
    for (float& value : values) value = value > 0 ? value : task.leak * value;
    if (task.recall != nullptr) {
      const Four<T> recall = load_four(task.recall + place * task.recall_step + output);
      for (int j = 0; j < 4; ++j) values[j] += task.recall_weight * to_float(recall.value[j]);
    }
    if (task.adds_newest) {
      float newest[4];
      read_cell(task.newest, y, x, output, newest);
      for (int j = 0; j < 4; ++j) values[j] += newest[j];
    }
    if (task.exact != nullptr) {
      store_four(task.exact + split * task.split_exact + copy * task.copy_exact +
                     place * task.exact_step + output,
                 values);
    }
    if (task.picture.data != nullptr) {
      write_cell(task.picture, task.patch, y, x, output, values);
    }
    if (task.out != nullptr) {
      store_four(task.out + copy * task.copy_out + place * task.out_step + output, values);
    }
  }
}

// A block: kRows pixels by kColumns outputs of one task, one copy, one part of the depth.
template <typename Input, int kColumns>
__global__ void __launch_bounds__(128)
    convolve_tile(const __grid_constant__ ConvolutionBatch<Input> batch) {
  using T = typename Input::Value;
  using Size = Tile<T, kColumns>;
  __shared__ __align__(128) unsigned char memory[Size::kBytes];
  T* const left = reinterpret_cast<T*>(memory);
  T* const right = left + Size::kStages * Size::kLeft;

  const int split = static_cast<int>(blockIdx.z) % batch.splits;
  const int which = static_cast<int>(blockIdx.z) / batch.splits;
  const int copy = which / batch.count;
  const Convolution<Input>& task = batch.task[which % batch.count];
  const int first_pixel = static_cast<int>(blockIdx.x) * Size::kRows;
  const int first_output = static_cast<int>(blockIdx.y) * kColumns;
  const int rows = task.out_height * task.out_width - first_pixel;
  const int columns = task.outputs - first_output;
  if (rows <= 0 || columns <= 0) return;  // tasks of a batch may differ in size

  const int depth = task.input.count * task.rows * task.columns * task.channels;
  const int steps = (depth + Size::kDepth - 1) / Size::kDepth;
  const int begin = split * steps / batch.splits, end = (split + 1) * steps / batch.splits;
  Loader<Size, Input> loader(task, copy, first_pixel, begin * Size::kDepth);
  WeightLoader<Size, T> weights(task.weights + copy * task.copy_weights, depth, task.outputs,
                                begin * Size::kDepth, first_output);
  const auto load = [&](int step) {
    if (step < end) {
      const int stage = (step - begin) % Size::kStages;
      loader.load(left + stage * Size::kLeft);
      weights.load(right + stage * Size::kRight);
    }
    __pipeline_commit();  // an empty one too: they are counted
  };

  Product<T, kColumns> product;
  for (int step = begin; step < begin + Size::kStages - 1; ++step) load(step);
  for (int step = begin; step < end; ++step) {
    __pipeline_wait_prior(Size::kStages - 2);
    // All copies are there for all to see, and nobody reads the stage any more that is filled next.
    __syncthreads();
    load(step + Size::kStages - 1);
    const int stage = (step - begin) % Size::kStages;
    product.add(left + stage * Size::kLeft, right + stage * Size::kRight, rows, columns);
  }
  __pipeline_wait_prior(0);
  __syncthreads();  // the sums take the stages' place
  float* const sums = reinterpret_cast<float*>(memory);
  product.store(sums);
  __syncthreads();
  finish<Size>(task, copy, split, batch.splits == 1, first_pixel, first_output, sums);
}

// Kernels take no more than this from everybody's compiler.
static_assert(sizeof(ConvolutionBatch<MapInput<float>>) <= 4096);
static_assert(sizeof(ConvolutionBatch<FrameInput<float>>) <= 4096);

template <typename Input, int kColumns>
void convolve_with(const ConvolutionBatch<Input>& batch, int outputs, cudaStream_t stream) {
  using Size = Tile<typename Input::Value, kColumns>;
  int pixels = 0;
  for (int i = 0; i < batch.count; ++i) {
    pixels = std::max(pixels, batch.task[i].out_height * batch.task[i].out_width);
  }
  const dim3 grid(static_cast<unsigned>(divide_up(pixels, Size::kRows)),
                  static_cast<unsigned>(divide_up(outputs, kColumns)),
                  static_cast<unsigned>(batch.count * batch.copies * batch.splits));
  launch(convolve_tile<Input, kColumns>, grid, dim3(Size::kThreads), stream, batch);
}

template <typename Input>
void convolve_batch(const ConvolutionBatch<Input>& batch, cudaStream_t stream) {
  int outputs = 0;
  for (int i = 0; i < batch.count; ++i) outputs = std::max(outputs, batch.task[i].outputs);
  // The frames' convolution has at least a map for each encoder.
  if constexpr (Input::kMost == MapInput<float>::kMost) {
    if (outputs <= 16) return convolve_with<Input, 16>(batch, outputs, stream);
  }
  convolve_with<Input, 64>(batch, outputs, stream);
}

}  // namespace

template <typename T>
void convolve(const ConvolutionBatch<MapInput<T>>& batch, cudaStream_t stream) {
  convolve_batch(batch, stream);
}
template <typename T>
void convolve(const ConvolutionBatch<FrameInput<T>>& batch, cudaStream_t stream) {
  convolve_batch(batch, stream);
}

template void convolve<float>(const ConvolutionBatch<MapInput<float>>&, cudaStream_t);
template void convolve<Half>(const ConvolutionBatch<MapInput<Half>>&, cudaStream_t);
template void convolve<Bfloat16>(const ConvolutionBatch<MapInput<Bfloat16>>&, cudaStream_t);
template void convolve<float>(const ConvolutionBatch<FrameInput<float>>&, cudaStream_t);
template void convolve<Half>(const ConvolutionBatch<FrameInput<Half>>&, cudaStream_t);
template void convolve<Bfloat16>(const ConvolutionBatch<FrameInput<Bfloat16>>&, cudaStream_t);

int choose_splits(int pixels, int outputs, int depth, int together, int multiprocessors) {
  const int tiles = divide_up(pixels, 64) * divide_up(outputs, 64) * together;
  // Enough for each multiprocessor, but no part so short that its beginning and end are most of it.
  const int wanted = divide_up(multiprocessors, tiles);
  return std::clamp(std::min(wanted, depth / 128), 1, 16);
}

}  // namespace stip::cuda
