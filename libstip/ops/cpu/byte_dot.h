// What differs from one instruction set to the next in the kernels for bytes: a product of four
// neighbouring bytes in each lane, and sixteen sums packed to bytes. Everything else is shared.
#pragma once

#include "ops/cpu/byte_kernels.h"
#include "ops/cpu/vector.h"

#if defined(STIP_DOT_MADDUBS) || defined(STIP_DOT_VNNI)
#include <immintrin.h>
#endif

namespace stip::cpu {
namespace {

typedef std::int32_t StoredIntegers
    __attribute__((vector_size(4 * STIP_VECTOR_FLOATS), aligned(1), may_alias));

/// Four bytes in each lane.
inline Integers load_quads(const void* from) {
  return *reinterpret_cast<const StoredIntegers*>(from);
}
inline Integers broadcast_quad(const std::uint8_t* from) {
  std::int32_t quad;
  std::memcpy(&quad, from, sizeof quad);
  return quad - Integers{};
}

#if defined(STIP_DOT_VNNI) && STIP_VECTOR_FLOATS == 16

inline Integers add_dot(Integers sum, Integers bytes, Integers weights) {
  return (Integers)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)bytes, (__m512i)weights);
}

#elif defined(STIP_DOT_VNNI)

inline Integers add_dot(Integers sum, Integers bytes, Integers weights) {
  return (Integers)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)bytes, (__m256i)weights);
}

#elif defined(STIP_DOT_MADDUBS) && STIP_VECTOR_FLOATS == 16

inline Integers add_dot(Integers sum, Integers bytes, Integers weights) {
  const __m512i pairs = _mm512_maddubs_epi16((__m512i)bytes, (__m512i)weights);
  return sum + (Integers)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}

#elif defined(STIP_DOT_MADDUBS)

inline Integers add_dot(Integers sum, Integers bytes, Integers weights) {
  const __m256i pairs = _mm256_maddubs_epi16((__m256i)bytes, (__m256i)weights);
  return sum + (Integers)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#else

inline Integers add_dot(Integers sum, Integers bytes, Integers weights) {
  for (int byte = 0; byte < kQuad; ++byte) {
    sum += ((bytes >> 8 * byte) & 0xff) * ((weights << (24 - 8 * byte)) >> 24);
  }
  return sum;
}

#endif

/// How many of the values written were cut off, summed up in whatever form is quickest.
struct Clipped {
  Integers lanes{};
  std::int64_t others = 0;
  std::int64_t count() const {
    std::int64_t sum = others;
    for (int lane = 0; lane < kLanes; ++lane) sum += lanes[lane];
    return sum;
  }
};

/// Sixteen values rounded to bytes, halves to even, and cut off at 0 and 127 (where one is no
/// number, 127).
inline void store_bytes(std::uint8_t* to, const Vector (&values)[kVectors], Clipped& clipped) {
#if STIP_VECTOR_FLOATS == 8
  Integers rounded[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const Vector below = smaller(values[v], broadcast(kMostByte + 1.0f));
    rounded[v] = (Integers)_mm256_cvtps_epi32((__m256)below);
  }
  const __m256i words = _mm256_packs_epi32((__m256i)rounded[0], (__m256i)rounded[1]);
  const __m256i kept = _mm256_min_epi16(_mm256_max_epi16(words, _mm256_setzero_si256()),
                                        _mm256_set1_epi16(kMostByte));
  const int same = _mm256_movemask_epi8(_mm256_cmpeq_epi16(words, kept));
  clipped.others += __builtin_popcount(~static_cast<unsigned>(same)) / 2;
  const __m256i ordered = _mm256_permute4x64_epi64(kept, _MM_SHUFFLE(3, 1, 2, 0));
  _mm_storeu_si128(
      reinterpret_cast<__m128i*>(to),
      _mm_packus_epi16(_mm256_castsi256_si128(ordered), _mm256_extracti128_si256(ordered, 1)));
#else
  constexpr float kMagic = 12582912;  // 1.5 * 2^23: adding it rounds to an integer, halves to even
  constexpr std::int32_t kMagicBits = 0x4b400000;
  typedef std::uint8_t Bytes __attribute__((vector_size(STIP_VECTOR_FLOATS)));
  for (int v = 0; v < kVectors; ++v) {
    const Vector below = smaller(values[v], broadcast(kMostByte + 1.0f));
    const Vector shifted = larger(below, broadcast(-1.0f)) + kMagic;
    Integers rounded;
    std::memcpy(&rounded, &shifted, sizeof rounded);
    rounded -= kMagicBits;
    Integers kept = rounded > 0 ? rounded : Integers{};
    kept = kept < kMostByte ? kept : Integers{} + kMostByte;
    clipped.lanes -= rounded != kept;  // true is -1
    const Bytes bytes = __builtin_convertvector(kept, Bytes);
    std::memcpy(to + v * kLanes, &bytes, sizeof bytes);
  }
#endif
}

}  // namespace
}  // namespace stip::cpu
