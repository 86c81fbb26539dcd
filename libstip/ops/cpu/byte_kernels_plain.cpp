#define STIP_VECTOR_FLOATS 4
#include "ops/cpu/byte_rows.h"
#include "ops/cpu/byte_versions.h"

namespace stip::cpu {

const ByteKernels kPlainByteKernels = {"plain", convolve_byte_row, quantise};

}  // namespace stip::cpu
