#include "ops/cuda/check.h"

#include <string>

#include "stip/error.h"

namespace stip::cuda {

void check(cudaError_t error, const char* doing) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // the next call is not to be told of it again
  const std::string detail =
      std::string(cudaGetErrorString(error)) + " (CUDA error " + std::to_string(error) + ")";
  switch (error) {
    case cudaErrorMemoryAllocation:
      throw Error(ErrorCode::kOutOfMemory, std::string("out of GPU memory while ") + doing, detail);
    case cudaErrorNoDevice:
    case cudaErrorInvalidDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorDevicesUnavailable:
    case cudaErrorNoKernelImageForDevice:  // built for other architectures
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorSystemNotReady:
    case cudaErrorSystemDriverMismatch:
      throw Error(ErrorCode::kNoDevice, std::string("the GPU cannot be used for ") + doing, detail);
    default:
      throw Error(ErrorCode::kFailed, std::string("the GPU failed while ") + doing, detail);
  }
}

}  // namespace stip::cuda
