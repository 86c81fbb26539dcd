#pragma once

#include "ops/cpu/byte_kernels.h"

namespace stip::cpu {

/// The same kernels compiled for each instruction set, each in a file of its own.
extern const ByteKernels kPlainByteKernels;
extern const ByteKernels kAvx2ByteKernels;
extern const ByteKernels kAvxVnniByteKernels;
extern const ByteKernels kAvx512ByteKernels;
extern const ByteKernels kAvx512VnniByteKernels;

}  // namespace stip::cpu
