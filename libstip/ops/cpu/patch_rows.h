// Between rows of bytes and rows of patched cells.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// Eight values at a time, whatever the instruction set: a chunk may reach into the next cell's
// place, which is written after it.
constexpr int kChunk = 8;
typedef std::uint8_t Bytes8 __attribute__((vector_size(8), aligned(1), may_alias));
typedef std::int32_t Integers8 __attribute__((vector_size(32)));
typedef float Floats8 __attribute__((vector_size(32)));
typedef float Stored8 __attribute__((vector_size(32), aligned(4), may_alias));

void patch_row(const PatchRow& c) {
  const int run = 3 * c.patch;  // bytes of a cell in one picture row
  for (int x = 0; x < c.cells; ++x) {
    for (int dy = 0; dy < c.patch; ++dy) {
      const std::uint8_t* from = c.picture + dy * c.stride + x * run;
      float* to = c.out + x * c.step + dy * run;
      for (int i = 0; i < run; i += kChunk) {
        const auto bytes = *reinterpret_cast<const Bytes8*>(from + i);
        *reinterpret_cast<Stored8*>(to + i) =
            __builtin_convertvector(bytes, Floats8) * (1.0f / 255.0f);
      }
    }
  }
}

inline Bytes8 to_bytes(Floats8 values) {
  constexpr float kMagic = 8388608;  // 2^23: adding it rounds to an integer, halves to even
  values = values * 255.0f;
  values = values > 0.0f ? values : Floats8{};  // also where it is no number
  values = values < 255.0f ? values : Floats8{} + 255.0f;
  values = values + kMagic;
  Integers8 bits;
  std::memcpy(&bits, &values, sizeof bits);
  typedef std::uint8_t Bytes __attribute__((vector_size(8)));
  return __builtin_convertvector(bits, Bytes);
}

void unpatch_row(const UnpatchRow& c) {
  const int run = 3 * c.patch;
  for (int x = 0; x < c.count; ++x) {
    for (int dy = 0; dy < c.patch; ++dy) {
      const float* from = c.cells + x * c.step + dy * run;
      std::uint8_t* to = c.out + dy * c.stride + x * run;
      for (int i = 0; i < run; i += kChunk) {
        *reinterpret_cast<Bytes8*>(to + i) = to_bytes(*reinterpret_cast<const Stored8*>(from + i));
      }
    }
  }
}

}  // namespace
}  // namespace stip::cpu
