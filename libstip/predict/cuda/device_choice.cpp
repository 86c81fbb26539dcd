#include "predict/cuda/device_choice.h"

#include <string>

#include "ops/cuda/check.h"
#include "stip/error.h"

namespace stip::cuda {
namespace {

constexpr int kOldest = 75;  // compute capability; of the kernels that are built
constexpr int kBfloat16 = 80;

std::string version_text(int version) {  // CUDA's: 1000 * major + 10 * minor
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string capability_text(int capability) {
  return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
}

[[noreturn]] void refuse(int index, const std::string& why, const std::string& detail = {}) {
  throw Error(ErrorCode::kNoDevice,
              "device cuda:" + std::to_string(index) + " was asked for, but " + why, detail);
}

int attribute(cudaDeviceAttr which, int index) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, index), "asking what it can do");
  return value;
}

void check_driver(int index) {
  int driver = 0, runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  if (driver == 0) refuse(index, "no NVIDIA driver was found; install one, or use device=cpu");
  // Within one major version the runtime runs on older drivers too.
  if (driver / 1000 >= runtime / 1000) return;
  refuse(index, "the NVIDIA driver is for CUDA " + version_text(driver) + " and this build needs " +
                    version_text(runtime) + "; update the driver, or use device=cpu");
}

}  // namespace

DeviceFacts choose_device(int index) {
  check_driver(index);
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (error != cudaSuccess && error != cudaErrorNoDevice) {
    refuse(index, "the NVIDIA driver does not answer; use device=cpu", cudaGetErrorString(error));
  }
  if (index >= count) {
    refuse(index, std::to_string(count) + " usable CUDA devices were found" +
                      (count > 0 ? " (cuda:0 is the first)" : "") + "; use device=cpu or auto");
  }
  use_device(index);
  DeviceFacts facts;
  facts.index = index;
  facts.multiprocessors = attribute(cudaDevAttrMultiProcessorCount, index);
  facts.compute_capability = 10 * attribute(cudaDevAttrComputeCapabilityMajor, index) +
                             attribute(cudaDevAttrComputeCapabilityMinor, index);
  if (facts.compute_capability < kOldest) {
    refuse(index, "it is of compute capability " + capability_text(facts.compute_capability) +
                      " and this build needs " + capability_text(kOldest) +
                      "; use another one, or device=cpu");
  }
  return facts;
}

void use_device(int index) { check(cudaSetDevice(index), "running the network"); }

Precision choose_precision(Precision wanted, const DeviceFacts& device) {
  if (wanted == Precision::kAuto) return Precision::kFp16;
  if (wanted == Precision::kInt8) {
    throw Error(ErrorCode::kNoDevice,
                "precision int8 is not available on a GPU; use auto, fp16, bf16 or fp32");
  }
  if (wanted == Precision::kBf16 && device.compute_capability < kBfloat16) {
    throw Error(ErrorCode::kNoDevice,
                "precision bf16 needs a GPU of compute capability " + capability_text(kBfloat16) +
                    ", and cuda:" + std::to_string(device.index) + " has " +
                    capability_text(device.compute_capability) + "; use auto, fp16 or fp32");
  }
  return wanted;
}

}  // namespace stip::cuda
