// libtorch_cuda.so: registers with torch as the real one does, and says so when it is asked.
#include <ATen/detail/CUDAHooksInterface.h>

#include <cstdio>

namespace {

// Registered under this name, which torch looks for.
struct CUDAHooks : at::CUDAHooksInterface {
  explicit CUDAHooks(at::CUDAHooksArgs) {}
  bool hasCUDART() const override { return true; }
  at::DeviceIndex deviceCount() const override {
    std::fputs("the fake CUDA backend has no devices\n", stderr);
    return 0;
  }
};

using at::CUDAHooksRegistry;
using at::RegistererCUDAHooksRegistry;
REGISTER_CUDA_HOOKS(CUDAHooks)

}  // namespace
