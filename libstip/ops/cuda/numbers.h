#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace stip::cuda {

/// What maps on the device are made of: float, Half or Bfloat16. Sums are always float.
using Half = __half;
using Bfloat16 = __nv_bfloat16;

inline __host__ __device__ float to_float(float value) { return value; }
inline __host__ __device__ float to_float(Half value) { return __half2float(value); }
inline __host__ __device__ float to_float(Bfloat16 value) { return __bfloat162float(value); }

template <typename T>
__host__ __device__ T from_float(float value);
template <>
inline __host__ __device__ float from_float<float>(float value) {
  return value;
}
template <>
inline __host__ __device__ Half from_float<Half>(float value) {
  return __float2half_rn(value);
}
template <>
inline __host__ __device__ Bfloat16 from_float<Bfloat16>(float value) {
  return __float2bfloat16_rn(value);
}

/// Four neighbouring values, read and written at once: channel counts are multiples of 16.
template <typename T>
struct alignas(4 * sizeof(T)) Four {
  T value[4];
};

template <typename T>
__host__ __device__ inline Four<T> load_four(const T* from) {
  return *reinterpret_cast<const Four<T>*>(from);
}
template <typename T>
__host__ __device__ inline void store_four(T* to, const float (&values)[4]) {
  Four<T> four;
  for (int i = 0; i < 4; ++i) four.value[i] = from_float<T>(values[i]);
  *reinterpret_cast<Four<T>*>(to) = four;
}

}  // namespace stip::cuda
