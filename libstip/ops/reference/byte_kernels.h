#pragma once

#include "ops/cpu/byte_kernels.h"

namespace stip::cpu::reference {

/// What the kernels for bytes compute, in plain loops: every version gives exactly this.
std::int64_t convolve_row(const ByteConvolution& row);
std::int64_t quantise(const Quantisation& row);

}  // namespace stip::cpu::reference
