#pragma once

#include <torch/torch.h>

#include "base/device.h"

namespace stip {

/// The device to run on. `auto` is the first usable GPU, else the CPU. Throws kNoDevice, saying
/// what is missing, when CUDA is asked for and cannot be had. Loads torch's CUDA backend on first
/// need. Call it before anything else of torch's that may look for a device (torch::manual_seed()
/// does): what torch finds the first time it keeps, and without the backend it finds none.
torch::Device resolve_device(const DeviceName& name);

}  // namespace stip
