#pragma once

#include <torch/torch.h>

#include "base/device.h"

namespace stip {

/// The device to run on. `auto` is the first usable GPU, else the CPU. Throws kNoDevice, saying
/// what is missing, when CUDA is asked for and cannot be had. Loads torch's CUDA backend on first
/// need.
torch::Device resolve_device(const DeviceName& name);

}  // namespace stip
