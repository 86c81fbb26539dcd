#pragma once

#include "ops/cpu/kernels.h"

namespace stip::cpu {

extern const Kernels kWideKernels;

}  // namespace stip::cpu
