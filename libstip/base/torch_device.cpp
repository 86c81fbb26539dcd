#include "base/torch_device.h"

#include <dlfcn.h>

#include "stip/error.h"

namespace stip {
namespace {

// A machine without NVIDIA's driver has no libcuda.so.1: the cheap question before the dear one.
bool driver_present() {
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) dlclose(driver);
  return driver != nullptr;
}

// torch's CUDA backend is a library of its own that registers itself when loaded; linking it would
// make this module unusable where CUDA's libraries are absent. Empty on success, else the reason.
std::string load_cuda_backend() {
  static const std::string reason = [] {
    if (!driver_present()) return std::string("NVIDIA's driver (libcuda.so.1) is not installed");
    if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr)
      return std::string(dlerror());
    if (!at::globalContext().hasCUDART())
      return std::string("torch looked for a device before its CUDA backend was loaded");
    return std::string();
  }();
  return reason;
}

}  // namespace

torch::Device resolve_device(const DeviceName& name) {
  if (name.kind == DeviceName::Kind::kCpu) return torch::kCPU;
  const std::string reason = load_cuda_backend();
  const auto count = reason.empty() ? torch::cuda::device_count() : 0;
  if (name.index < static_cast<int>(count))
    return {torch::kCUDA, static_cast<c10::DeviceIndex>(name.index)};
  if (name.kind == DeviceName::Kind::kAuto) return torch::kCPU;
  throw Error(ErrorCode::kNoDevice,
              "device cuda:" + std::to_string(name.index) + " was asked for, but " +
                  std::to_string(count) + " usable CUDA devices were found; use device=cpu or auto",
              reason);
}

}  // namespace stip
