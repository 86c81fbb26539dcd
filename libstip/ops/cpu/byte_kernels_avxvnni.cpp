#define STIP_VECTOR_FLOATS 8
#define STIP_DOT_VNNI
#include "ops/cpu/byte_rows.h"
#include "ops/cpu/byte_versions.h"

namespace stip::cpu {

const ByteKernels kAvxVnniByteKernels = {"avxvnni", convolve_byte_row, quantise};

}  // namespace stip::cpu
