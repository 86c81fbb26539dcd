#include "ops/cuda/gates.h"
#include "ops/cuda/launch.h"

namespace stip::cuda {
namespace {

// Few: at the core's size there are few pixels, and each block adds all moments up for itself.
constexpr int kUpdateThreads = 128;
constexpr float kEpsilon = 1e-5f;  // torch's, of both norms

__device__ Moments merge(const Moments& a, const Moments& b) {
  Moments both;
  both.count = a.count + b.count;
  if (both.count == 0) return both;
  const float distance = b.mean - a.mean, share = b.count / both.count;
  both.mean = a.mean + distance * share;
  both.squares = a.squares + b.squares + distance * distance * a.count * share;
  return both;
}

// By one warp; the first lane has the result.
__device__ Moments merge_all(const Moments* moments, int count) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  Moments mine;
  for (int i = lane; i < count; i += 32) mine = merge(mine, moments[i]);
  for (int distance = 16; distance > 0; distance /= 2) {
    Moments other;
    other.count = __shfl_down_sync(0xffffffffu, mine.count, distance);
    other.mean = __shfl_down_sync(0xffffffffu, mine.mean, distance);
    other.squares = __shfl_down_sync(0xffffffffu, mine.squares, distance);
    mine = merge(mine, other);
  }
  return mine;
}

struct Norm {
  float mean;
  float inverse_deviation;
};

// Four gates of one part, normalised.
__device__ void read_gates(const GateSide& side, const Norm& norm, std::ptrdiff_t place,
                           std::ptrdiff_t norm_place, float (&gates)[4]) {
  const Four<float> value = load_four(side.values + place);
  const Four<float> weight = load_four(side.weight + norm_place);
  const Four<float> bias = load_four(side.bias + norm_place);
  for (int i = 0; i < 4; ++i) {
    gates[i] =
        (value.value[i] - norm.mean) * norm.inverse_deviation * weight.value[i] + bias.value[i];
  }
}

__device__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }

template <typename T>
__global__ void __launch_bounds__(kUpdateThreads)
    update_memories(const __grid_constant__ GateUpdate<T> all) {
  __shared__ Norm norms[2];
  if (threadIdx.x < 64) {
    const int which = static_cast<int>(threadIdx.x) / 32;
    const GateSide& side = which == 0 ? all.temporal_side : all.spatial_side;
    const Moments moments = merge_all(side.moments, all.stretches);
    if (threadIdx.x % 32 == 0) {
      norms[which].mean = moments.mean;
      norms[which].inverse_deviation = 1 / sqrtf(moments.squares / moments.count + kEpsilon);
    }
  }
  __syncthreads();
  const int fours = all.channels / 4;
  const int index = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (index >= all.pixels * fours) return;
  const int pixel = index / fours, channel = index % fours * 4;
  const std::ptrdiff_t gates = static_cast<std::ptrdiff_t>(pixel) * 4 * all.channels + channel;
  const std::ptrdiff_t norm = all.norm_by_place ? gates : channel;
  const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(pixel) * all.channels + channel;

  float of_t[4][4], of_s[4][4];  // z, r, t, s; of four channels each
  for (int part = 0; part < 4; ++part) {
    const int shift = part * all.channels;
    read_gates(all.temporal_side, norms[0], gates + shift, norm + shift, of_t[part]);
    read_gates(all.spatial_side, norms[1], gates + shift, norm + shift, of_s[part]);
  }
  const Four<float> temporal = load_four(all.temporal + place);
  const Four<float> spatial = load_four(all.spatial + place);
  float new_temporal[4], new_spatial[4];
  for (int i = 0; i < 4; ++i) {
    const float z = sigmoid(of_t[0][i] + of_s[0][i] + 1);                // eq. 5, forget bias 1
    const float r = sigmoid(of_t[1][i] + of_s[1][i]);                    // eq. 5
    const float temporal_trend = tanhf(of_t[2][i] + r * of_s[2][i]);     // eq. 6
    const float spatial_trend = tanhf(of_s[3][i] + r * of_t[3][i]);      // eq. 6
    new_temporal[i] = (1 - z) * temporal_trend + z * temporal.value[i];  // eq. 7
    new_spatial[i] = (1 - z) * spatial_trend + z * spatial.value[i];
  }
  store_four(all.new_temporal.exact + place, new_temporal);
  store_four(all.new_spatial.exact + place, new_spatial);
  if constexpr (sizeof(T) != sizeof(float)) {
    store_four(all.new_temporal.rounded + place, new_temporal);
    store_four(all.new_spatial.rounded + place, new_spatial);
  }
}

}  // namespace

template <typename T>
void gate_update(const GateUpdate<T>& update, cudaStream_t stream) {
  const int threads = update.pixels * (update.channels / 4);
  launch(update_memories<T>, dim3(static_cast<unsigned>(divide_up(threads, kUpdateThreads))),
         dim3(kUpdateThreads), stream, update);
}

template void gate_update<float>(const GateUpdate<float>&, cudaStream_t);
template void gate_update<Half>(const GateUpdate<Half>&, cudaStream_t);
template void gate_update<Bfloat16>(const GateUpdate<Bfloat16>&, cudaStream_t);

}  // namespace stip::cuda
