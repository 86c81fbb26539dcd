#include "ops/cuda/gates.h"
#include "ops/cuda/launch.h"

namespace stip::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kFours = GateStatistics::kStretch / kThreads / 4;  // of a thread

// The same sum for all threads of the block, always added in the same order.
__device__ float block_sum(float value, float* warps) {
  for (int distance = 16; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  }
  __syncthreads();  // those of the call before have been read
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < kThreads / 32; ++i) sum += warps[i];
  return sum;
}

__global__ void __launch_bounds__(kThreads)
    make_statistics(const __grid_constant__ GateStatistics all) {
  __shared__ float warps[kThreads / 32];
  const int copy = static_cast<int>(blockIdx.y);
  const GateSums& side = all.side[blockIdx.z];
  const int width = 4 * all.channels, count = all.pixels * width;
  const float* const sums = side.sums + copy * all.copy_sums;
  const float* const bias = side.bias + copy * all.copy_bias;
  float* const values = side.values + copy * all.copy_values;

  float mine[kFours][4];
  bool counts[kFours][4];
  float sum = 0, number = 0;
  for (int i = 0; i < kFours; ++i) {
    const int place = static_cast<int>(blockIdx.x) * GateStatistics::kStretch +
                      (i * kThreads + static_cast<int>(threadIdx.x)) * 4;
    const bool inside = place < count;
    for (int j = 0; j < 4; ++j) mine[i][j] = 0;
#pragma unroll 4  // the parts' reads do not wait for each other
    for (int split = 0; split < (inside ? all.splits : 0); ++split) {
      const Four<float> part = load_four(sums + split * all.split_step + place);
      for (int j = 0; j < 4; ++j) mine[i][j] += part.value[j];
    }
    if (inside) {
      const Four<float> more = load_four(bias + place % width);
      for (int j = 0; j < 4; ++j) mine[i][j] += more.value[j];
      store_four(values + place, mine[i]);
    }
    for (int j = 0; j < 4; ++j) {
      counts[i][j] = inside && (place + j) % all.channels < all.hidden;
      if (!counts[i][j]) continue;
      sum += mine[i][j];
      number += 1;
    }
  }
  Moments moments;
  moments.count = block_sum(number, warps);
  moments.mean = block_sum(sum, warps) / (moments.count > 0 ? moments.count : 1);
  float squares = 0;
  for (int i = 0; i < kFours; ++i) {
    for (int j = 0; j < 4; ++j) {
      const float distance = mine[i][j] - moments.mean;
      if (counts[i][j]) squares += distance * distance;
    }
  }
  moments.squares = block_sum(squares, warps);
  if (threadIdx.x == 0) side.moments[copy * all.copy_moments + blockIdx.x] = moments;
}

}  // namespace

void gate_statistics(const GateStatistics& statistics, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>(statistics.stretches()),
                  static_cast<unsigned>(statistics.copies),
                  static_cast<unsigned>(statistics.sides));
  launch(make_statistics, grid, dim3(kThreads), stream, statistics);
}

}  // namespace stip::cuda
