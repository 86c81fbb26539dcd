#define STIP_VECTOR_FLOATS 16
#define STIP_DOT_VNNI
#include "ops/cpu/byte_rows.h"
#include "ops/cpu/byte_versions.h"

namespace stip::cpu {

const ByteKernels kAvx512VnniByteKernels = {"avx512vnni", convolve_byte_row, quantise};

}  // namespace stip::cpu
