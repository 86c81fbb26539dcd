// The source of the 512-bit kernels for bytes, with plain operations in place of the instructions.
#define STIP_VECTOR_FLOATS 16
#include "ops/cpu/byte_rows.h"
#include "ops/wide_kernels.h"

namespace stip::cpu {

const ByteKernels kWideByteKernels = {"wide", convolve_byte_row, quantise};

}  // namespace stip::cpu
