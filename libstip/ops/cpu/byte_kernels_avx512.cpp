#define STIP_VECTOR_FLOATS 16
#define STIP_DOT_MADDUBS
#include "ops/cpu/byte_rows.h"
#include "ops/cpu/byte_versions.h"

namespace stip::cpu {

const ByteKernels kAvx512ByteKernels = {"avx512", convolve_byte_row, quantise};

}  // namespace stip::cpu
