#pragma once

#include "ops/cpu/kernels.h"

namespace stip::cpu {

/// The row convolution and what it needs in 8-bit numbers. A real value r of a tensor is kept as
/// the byte round(r / scale) + zero, cut off at 0 and kMostByte. Seven bits, not eight: the AVX2
/// instruction that multiplies bytes adds two products in 16 bits, and with seven nothing is ever
/// cut off there, so that all versions agree to the last bit (they do no fused multiply-adds).
constexpr int kMostByte = 127;

/// Source values are multiplied four at a time: depths are rounded up to it, with zero weights.
constexpr int kQuad = 4;
constexpr int padded_depth(int depth) { return (depth + kQuad - 1) / kQuad * kQuad; }

/// RowConvolution of bytes. With acc the exact sum over s, k of source * weight(s, k, c) and
/// v = act(acc * scale[c] + bias[c]), either floats are written,
///
///   out[x*out_step + c] = v + recall_weight * recall[x*recall_step + c]
///
/// or, with scale and bias in units of the result's bytes, those: v + out_zero[c] +
/// recall_weights[c] * byte_recall, rounded, a half to the even neighbour, and cut off. Weights:
/// weight(s, k, c) = weights[(c/16)*panel_step + (s*depth + k)/4*64 + c%16*4 + k%4].
struct ByteConvolution {
  int pixels = 0;
  int segments = 1;
  int depth = 0;  ///< multiple of 4
  int panels = 1;
  const std::uint8_t* const* source = nullptr;  ///< [segments], values 0..127
  std::ptrdiff_t source_step = 0;               ///< bytes
  const std::int8_t* weights = nullptr;         ///< -127..127
  std::ptrdiff_t panel_step = 0;                ///< bytes
  const float* scale = nullptr;                 ///< [16 * panels]
  const float* bias = nullptr;                  ///< [16 * panels]
  float leak = 1;                               ///< 0..1; 1: no activation

  float* out = nullptr;           ///< null: byte_out
  const float* recall = nullptr;  ///< with `out`; null: none
  std::uint8_t* byte_out = nullptr;
  const std::uint8_t* byte_recall = nullptr;  ///< with `byte_out`; null: none
  const float* recall_weights = nullptr;      ///< [16 * panels], with `byte_recall`
  const float* out_zero = nullptr;            ///< [16 * panels], with `byte_out`
  std::ptrdiff_t out_step = 0;                ///< of either; at least 16 * panels
  std::ptrdiff_t recall_step = 0;
  float recall_weight = 0;  ///< with `recall`
};

/// Floats to bytes, value * scale[c] + zero[c], rounded and cut off in the same way.
struct Quantisation {
  const float* values = nullptr;  ///< [pixels][channels]
  int pixels = 0;
  int channels = 0;              ///< multiple of 16
  const float* scale = nullptr;  ///< [channels]
  const float* zero = nullptr;
  std::uint8_t* out = nullptr;
};

/// Both return how many of the bytes they wrote were cut off.
struct ByteKernels {
  const char* name;
  std::int64_t (*convolve_row)(const ByteConvolution&);
  std::int64_t (*quantise)(const Quantisation&);
};

enum class ByteIsa { kPlain, kAvx2, kAvxVnni, kAvx512, kAvx512Vnni };

/// The best that this machine runs. STIP_CPU_ISA (plain, avx2, avx512) asks for less, as for
/// kernels(); of one width, the version with dot-product instructions is taken where they are.
const ByteKernels& byte_kernels();

/// A certain version, null where the machine (or the build) cannot run it.
const ByteKernels* byte_kernels_for(ByteIsa isa);

}  // namespace stip::cpu
