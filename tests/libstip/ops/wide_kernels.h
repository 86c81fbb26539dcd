#pragma once

#include "ops/cpu/byte_kernels.h"

namespace stip::cpu {

extern const Kernels kWideKernels;
extern const ByteKernels kWideByteKernels;

}  // namespace stip::cpu
