#include "ops/reference/byte_kernels.h"

#include <algorithm>
#include <cmath>

namespace stip::cpu::reference {
namespace {

std::uint8_t to_byte(float value, std::int64_t& clipped) {
  const float most = kMostByte;
  const float rounded = std::nearbyint(value);
  const float kept = rounded < most ? std::max(rounded, 0.0f) : most;  // no number: the most
  if (kept != rounded) ++clipped;
  return static_cast<std::uint8_t>(kept);
}

}  // namespace

std::int64_t convolve_row(const ByteConvolution& c) {
  std::int64_t clipped = 0;
  for (int x = 0; x < c.pixels; ++x) {
    for (int channel = 0; channel < c.panels * kPanel; ++channel) {
      const std::int8_t* weights =
          c.weights + channel / kPanel * c.panel_step + channel % kPanel * kQuad;
      std::int32_t sum = 0;
      for (int s = 0; s < c.segments; ++s) {
        for (int k = 0; k < c.depth; ++k) {
          sum += c.source[s][x * c.source_step + k] *
                 weights[(s * c.depth + k) / kQuad * kQuad * kPanel + k % kQuad];
        }
      }
      float value = static_cast<float>(sum) * c.scale[channel] + c.bias[channel];
      if (value < 0) value *= c.leak;
      const std::ptrdiff_t out = x * c.out_step + channel, recall = x * c.recall_step + channel;
      if (c.out != nullptr) {
        c.out[out] = c.recall != nullptr ? value + c.recall_weight * c.recall[recall] : value;
        continue;
      }
      value += c.out_zero[channel];
      if (c.byte_recall != nullptr) value += c.recall_weights[channel] * c.byte_recall[recall];
      c.byte_out[out] = to_byte(value, clipped);
    }
  }
  return clipped;
}

std::int64_t quantise(const Quantisation& c) {
  std::int64_t clipped = 0;
  for (std::ptrdiff_t i = 0; i < std::ptrdiff_t{c.pixels} * c.channels; ++i) {
    const std::ptrdiff_t channel = i % c.channels;
    c.out[i] = to_byte(c.values[i] * c.scale[channel] + c.zero[channel], clipped);
  }
  return clipped;
}

}  // namespace stip::cpu::reference
