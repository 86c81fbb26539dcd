#pragma once

// CUDA on the host, for tests: what our kernels and our GPU engine use of CUDA, under CUDA's own
// names, so that the very same sources compile with a C++ compiler and run without a GPU. Put this
// folder before the toolkit's on the include path.
//
// Threads of a block are fibers (block.h); `__shared__` is static storage, since blocks run one
// after the other. What is put into a stream waits until somebody synchronises, and of graphs and
// streams any order that the dependencies allow may be taken (queue.cpp): a missing join, a pointer
// that has gone stale or a number read too early shows. A device that is only simulated proves
// nothing about speed, nor about what a real one does with wrong alignment.

#include <math.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <tuple>

#include "support/cuda_on_host/block.h"

#define STIP_CUDA_ON_HOST 1

#define __host__
#define __device__
#define __global__
#define __forceinline__ inline
#define __shared__ static
#define __grid_constant__
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __launch_bounds__(...)

struct dim3 {
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  unsigned x, y, z;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

// Of the thread that runs; the fibers set them.
inline dim3 gridDim, blockDim, blockIdx, threadIdx;

inline void __syncthreads() { stip::cuda_on_host::block_barrier(); }
inline void __syncwarp(unsigned = 0xffffffffu) { stip::cuda_on_host::warp_barrier(); }
template <typename T>
T __shfl_xor_sync(unsigned, T value, int lane_mask, int = 32) {
  return stip::cuda_on_host::shuffle(value, stip::cuda_on_host::lane() ^ lane_mask);
}
template <typename T>
T __shfl_down_sync(unsigned, T value, unsigned delta, int = 32) {
  const int from = stip::cuda_on_host::lane() + static_cast<int>(delta);
  return stip::cuda_on_host::shuffle(value, from < 32 ? from : stip::cuda_on_host::lane());
}
template <typename T>
T __shfl_sync(unsigned, T value, int from, int = 32) {
  return stip::cuda_on_host::shuffle(value, from);
}

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidDevice = 101,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
  cudaErrorLaunchFailure = 719,
  cudaErrorSystemNotReady = 802,
  cudaErrorSystemDriverMismatch = 803,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorStreamCaptureInvalidated = 901,
  cudaErrorStreamCaptureUnjoined = 904
};
const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();

enum cudaDeviceAttr {
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76
};
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);

enum cudaMemcpyKind {
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3
};
constexpr unsigned cudaHostAllocDefault = 0;
cudaError_t cudaMalloc(void** memory, std::size_t bytes);
cudaError_t cudaFree(void* memory);
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* memory);

typedef struct cudaOnHostStream* cudaStream_t;
typedef struct cudaOnHostEvent* cudaEvent_t;
typedef struct cudaOnHostGraph* cudaGraph_t;
typedef struct cudaOnHostGraphExec* cudaGraphExec_t;

constexpr unsigned cudaStreamNonBlocking = 1;
constexpr unsigned cudaEventDisableTiming = 2;
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags = 0);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream);

enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long flags = 0);
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable);

struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
  void* attrs;
  unsigned numAttrs;
};

namespace stip::cuda_on_host {

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work);
/// Runs every block, every thread of it.
void run_grid(const dim3& grid, const dim3& block, const std::function<void()>& kernel);

}  // namespace stip::cuda_on_host

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  if (config->gridDim.x == 0 || config->gridDim.y == 0 || config->gridDim.z == 0 ||
      config->gridDim.y > 65535 || config->gridDim.z > 65535 ||
      config->blockDim.x * config->blockDim.y * config->blockDim.z > 1024) {
    return cudaErrorInvalidValue;
  }
  // By value, now: as a launch takes its arguments.
  return stip::cuda_on_host::enqueue(
      config->stream, [grid = config->gridDim, block = config->blockDim, kernel,
                       values = std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)] {
        stip::cuda_on_host::run_grid(grid, block, [&] { std::apply(kernel, values); });
      });
}
