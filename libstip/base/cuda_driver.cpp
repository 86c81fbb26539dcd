#include "base/cuda_driver.h"

#include <dlfcn.h>

namespace stip {
namespace {

int count_devices() {
  // Never closed: the driver leaves threads behind.
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return 0;
  const auto init = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
  const auto get_count = reinterpret_cast<int (*)(int*)>(dlsym(driver, "cuDeviceGetCount"));
  int count = 0;
  if (init == nullptr || get_count == nullptr || init(0) != 0 || get_count(&count) != 0) return 0;
  return count;
}

}  // namespace

int cuda_device_count() {
  static const int count = count_devices();
  return count;
}

}  // namespace stip
