#pragma once

#include "support/cuda_on_host/small_floats.h"

/// CUDA's bfloat16, on the host.
struct __nv_bfloat16 {
  std::uint16_t bits;
};
inline float __bfloat162float(__nv_bfloat16 value) {
  return stip::cuda_on_host::from_bf16(value.bits);
}
inline __nv_bfloat16 __float2bfloat16_rn(float value) {
  return {stip::cuda_on_host::to_bf16(value)};
}
