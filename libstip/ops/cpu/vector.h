// Included by each kernels_*.cpp after it has set STIP_VECTOR_FLOATS; everything here has internal
// linkage, so that code compiled for one instruction set is never linked into another's place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ops/cpu/kernels.h"

namespace stip::cpu {
namespace {

constexpr int kLanes = STIP_VECTOR_FLOATS;
constexpr int kVectors = kPanel / kLanes;  // of a panel

// GCC's vector types: arithmetic as on numbers, whatever the instruction set.
typedef float Vector __attribute__((vector_size(4 * STIP_VECTOR_FLOATS)));
typedef std::int32_t Integers __attribute__((vector_size(4 * STIP_VECTOR_FLOATS)));
// Memory has the alignment of a float.
typedef float Stored __attribute__((vector_size(4 * STIP_VECTOR_FLOATS), aligned(4), may_alias));

inline Vector load(const float* from) { return *reinterpret_cast<const Stored*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<Stored*>(to) = value; }
// x - 0 is x for every x, so this is a broadcast and no arithmetic.
inline Vector broadcast(float value) { return value - Vector{}; }
inline Vector larger(Vector a, Vector b) { return a > b ? a : b; }
inline Vector smaller(Vector a, Vector b) { return a < b ? a : b; }

// e^x to about 1e-7 of its value; arguments beyond what float32 holds are cut off.
inline Vector exponential(Vector x) {
  constexpr float kMagic = 12582912;  // 1.5 * 2^23: adding it rounds to an integer
  x = smaller(larger(x, broadcast(-87.0f)), broadcast(88.0f));
  const Vector shifted = x * 1.44269504f + kMagic;
  const Vector n = shifted - kMagic;
  const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector p = broadcast(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  // The low bits of `shifted` are n: to the exponent's place.
  Integers bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;
  Vector power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

inline Vector sigmoid(Vector x) { return 1.0f / (1.0f + exponential(-x)); }
inline Vector hyperbolic_tangent(Vector x) { return 1.0f - 2.0f / (exponential(x + x) + 1.0f); }

}  // namespace
}  // namespace stip::cpu
