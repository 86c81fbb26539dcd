#pragma once

#include "base/precision.h"

namespace stip::cuda {

/// A device that this process may use.
struct DeviceFacts {
  int index = 0;
  int multiprocessors = 0;
  int compute_capability = 0;  ///< 10 * major + minor
};

/// Makes the device current for the calling thread. Throws kNoDevice, saying which of these it is:
/// no driver, one that is too old for this build, no such device, a device that is too old.
DeviceFacts choose_device(int index);

/// For every later call from any thread: cheap.
void use_device(int index);

/// What `auto` means on a GPU (fp16); bf16 needs compute capability 8.0, int8 is for the CPU.
/// Throws kNoDevice.
Precision choose_precision(Precision wanted, const DeviceFacts& device);

}  // namespace stip::cuda
