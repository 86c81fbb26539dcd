// Pictures between their pixels: most of what a prediction of `output: motion` costs.
#pragma once

#include "ops/cpu/places.h"
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace stip::cpu {
namespace {

// A pixel: blue, green, red, zero.
typedef float Pixel __attribute__((vector_size(16)));
typedef float StoredPixel __attribute__((vector_size(16), aligned(4), may_alias));

inline Pixel load_pixel(const float* from) { return *reinterpret_cast<const StoredPixel*>(from); }

inline Pixel between(Pixel a, Pixel b, float part) { return a + (b - a) * part; }

void read_pixels(const PixelReads& c) {
  read_grid<4>(c, [](const float* corner, std::ptrdiff_t below, float part_x, float part_y,
                     float* out) {
    const Pixel upper = between(load_pixel(corner), load_pixel(corner + 4), part_x);
    const Pixel lower = between(load_pixel(corner + below), load_pixel(corner + below + 4), part_x);
    *reinterpret_cast<StoredPixel*>(out) = between(upper, lower, part_y);
  });
}

// A pixel and its neighbour to the right, which lie side by side.
struct TwoPixels {
  Pixel left;
  Pixel right;
};

// Both between two rows. GCC 12 makes no vectors of conversions from bytes.
inline TwoPixels two_between(const std::uint8_t* upper, const std::uint8_t* lower, float part) {
#if defined(__AVX2__)
  const auto load = [](const std::uint8_t* from) {
    return _mm256_cvtepi32_ps(
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  };
  const __m256 above = load(upper);
  const __m256 both = above + (load(lower) - above) * part;
  return {_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1)};
#elif defined(__SSE2__)
  const auto load = [](const std::uint8_t* from) {
    std::int32_t bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const __m128i zero = _mm_setzero_si128();
    const __m128i words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(bytes), zero);
    return Pixel(_mm_cvtepi32_ps(_mm_unpacklo_epi16(words, zero)));
  };
  return {between(load(upper), load(lower), part), between(load(upper + 4), load(lower + 4), part)};
#else
  const auto load = [](const std::uint8_t* from) {
    return Pixel{float(from[0]), float(from[1]), float(from[2]), float(from[3])};
  };
  return {between(load(upper), load(lower), part), between(load(upper + 4), load(lower + 4), part)};
#endif
}

void read_bytes(const ByteReads& c) {
  read_grid<4>(c, [](const std::uint8_t* corner, std::ptrdiff_t below, float part_x, float part_y,
                     float* out) {
    const TwoPixels two = two_between(corner, corner + below, part_y);
    *reinterpret_cast<StoredPixel*>(out) = between(two.left, two.right, part_x);
  });
}

}  // namespace
}  // namespace stip::cpu
