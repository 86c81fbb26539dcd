#pragma once

#include "ops/cpu/kernels.h"

namespace stip::cpu {

/// The same kernels compiled for each instruction set, each in a file of its own.
extern const Kernels kPlainKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

}  // namespace stip::cpu
