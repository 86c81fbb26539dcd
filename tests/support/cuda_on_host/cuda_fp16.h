#pragma once

#include "support/cuda_on_host/small_floats.h"

/// CUDA's half, on the host: storage and conversions are all that we use.
struct __half {
  std::uint16_t bits;
};
inline float __half2float(__half value) { return stip::cuda_on_host::from_fp16(value.bits); }
inline __half __float2half_rn(float value) { return {stip::cuda_on_host::to_fp16(value)}; }
