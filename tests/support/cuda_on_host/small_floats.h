#pragma once

#include <cstdint>
#include <cstring>

namespace stip::cuda_on_host {

/// 16-bit floats to and from single precision, rounded to the nearest, ties to even.
std::uint16_t to_fp16(float value);

inline float from_fp16(std::uint16_t half) {
  // Exponents are 112 apart; the product makes subnormal halves right too.
  const std::uint32_t magnitude = std::uint32_t{half & 0x7fffu} << 13;
  std::uint32_t bits = magnitude;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  value *= 0x1p112f;
  std::memcpy(&bits, &value, sizeof bits);
  bits = magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : bits;  // infinite, or no number
  bits |= std::uint32_t{half & 0x8000u} << 16;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline float from_bf16(std::uint16_t half) {
  const std::uint32_t bits = std::uint32_t{half} << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline std::uint16_t to_bf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fff;  // no number
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

}  // namespace stip::cuda_on_host
