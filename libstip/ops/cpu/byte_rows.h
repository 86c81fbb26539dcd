// The matrix kernel in bytes, and floats to bytes.
#pragma once

#include "ops/cpu/byte_dot.h"

namespace stip::cpu {
namespace {

#if STIP_VECTOR_FLOATS == 16
constexpr int kByteTilePixels = 12;  // 32 registers: 12 x 2 panels
constexpr int kByteTilePanels = 2;
#elif STIP_VECTOR_FLOATS == 8
constexpr int kByteTilePixels = 6;  // 16 registers: 6 x 2 vectors
constexpr int kByteTilePanels = 1;
#else
constexpr int kByteTilePixels = 2;
constexpr int kByteTilePanels = 1;
#endif

inline Vector load_bytes(const std::uint8_t* from) {
  typedef std::uint8_t Bytes
      __attribute__((vector_size(STIP_VECTOR_FLOATS), aligned(1), may_alias));
  return __builtin_convertvector(*reinterpret_cast<const Bytes*>(from), Vector);
}

// From sums to values: scale, bias, activation.
template <int Pixels, int Vectors>
inline void to_values(const ByteConvolution& c, int panel, const Integers (&sum)[Pixels][Vectors],
                      Vector (&value)[Pixels][Vectors]) {
  const float leak = c.leak;
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) {
    const Vector scale = load(c.scale + panel * kPanel + v * kLanes);
    const Vector bias = load(c.bias + panel * kPanel + v * kLanes);
#pragma GCC unroll 12
    for (int m = 0; m < Pixels; ++m) {
      const Vector plain = __builtin_convertvector(sum[m][v], Vector) * scale + bias;
      value[m][v] = larger(plain, plain * leak);
    }
  }
}

template <int Pixels, int Vectors>
inline void write_floats(const ByteConvolution& c, int first, int panel,
                         const Vector (&value)[Pixels][Vectors]) {
  for (int m = 0; m < Pixels; ++m) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      Vector written = value[m][v];
      const std::ptrdiff_t channel = panel * kPanel + v * kLanes;
      if (c.recall != nullptr) {
        written += c.recall_weight * load(c.recall + (first + m) * c.recall_step + channel);
      }
      store(c.out + (first + m) * c.out_step + channel, written);
    }
  }
}

template <int Pixels, int Vectors>
inline void write_bytes(const ByteConvolution& c, int first, int panel,
                        const Vector (&value)[Pixels][Vectors], Clipped& clipped) {
  const float* const zero = c.out_zero + panel * kPanel;
  const float* const weight = c.recall_weights + panel * kPanel;
  const std::uint8_t* const recall = c.byte_recall;
  for (int m = 0; m < Pixels; ++m) {
    std::uint8_t* const out = c.byte_out + (first + m) * c.out_step + panel * kPanel;
#pragma GCC unroll 2
    for (int p = 0; p < Vectors / kVectors; ++p) {
      Vector written[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        written[v] = value[m][p * kVectors + v] + load(zero + p * kPanel + v * kLanes);
        if (recall != nullptr) {
          const std::ptrdiff_t at = (first + m) * c.recall_step + (panel + p) * kPanel + v * kLanes;
          written[v] += load(weight + p * kPanel + v * kLanes) * load_bytes(recall + at);
        }
      }
      store_bytes(out + p * kPanel, written, clipped);
    }
  }
}

template <int Pixels, int Panels>
void convolve_byte_tile(const ByteConvolution& c, int first, int panel, Clipped& clipped) {
  constexpr int kAll = Panels * kVectors;
  Integers sum[Pixels][kAll] = {};
  const std::int8_t* weights = c.weights + panel * c.panel_step;
  const std::ptrdiff_t step = c.source_step;
  for (int s = 0; s < c.segments; ++s) {
    const std::uint8_t* source = c.source[s] + first * step;
    const std::uint8_t* const end = source + c.depth;
    for (; source != end; source += kQuad, weights += kQuad * kPanel) {
      Integers w[kAll];
#pragma GCC unroll 8
      for (int v = 0; v < kAll; ++v) {
        w[v] =
            load_quads(weights + (v / kVectors) * c.panel_step + (v % kVectors) * kLanes * kQuad);
      }
#pragma GCC unroll 12
      for (int m = 0; m < Pixels; ++m) {
        const Integers x = broadcast_quad(source + m * step);
#pragma GCC unroll 8
        for (int v = 0; v < kAll; ++v) sum[m][v] = add_dot(sum[m][v], x, w[v]);
      }
    }
  }
  Vector value[Pixels][kAll];
  to_values(c, panel, sum, value);
  if (c.out != nullptr) {
    write_floats(c, first, panel, value);
  } else {
    write_bytes(c, first, panel, value, clipped);
  }
}

// `pixels` is 1..Largest; one instantiation for each.
template <int Largest, int Panels>
inline void convolve_some_bytes(const ByteConvolution& c, int first, int pixels, int panel,
                                Clipped& clipped) {
  if (pixels == Largest) return convolve_byte_tile<Largest, Panels>(c, first, panel, clipped);
  if constexpr (Largest > 1) {
    convolve_some_bytes<Largest - 1, Panels>(c, first, pixels, panel, clipped);
  }
}

template <int Panels>
void convolve_byte_panels(const ByteConvolution& c, int panel, Clipped& clipped) {
  const int tiles = (c.pixels + kByteTilePixels - 1) / kByteTilePixels;
  int first = 0;
  for (int t = 0; t < tiles; ++t) {
    const int pixels = (c.pixels - first) / (tiles - t);
    convolve_some_bytes<kByteTilePixels, Panels>(c, first, pixels, panel, clipped);
    first += pixels;
  }
}

std::int64_t convolve_byte_row(const ByteConvolution& c) {
  Clipped clipped;
  int panel = 0;
  if constexpr (kByteTilePanels > 1) {
    for (; panel + kByteTilePanels <= c.panels; panel += kByteTilePanels) {
      convolve_byte_panels<kByteTilePanels>(c, panel, clipped);
    }
  }
  for (; panel < c.panels; ++panel) convolve_byte_panels<1>(c, panel, clipped);
  return clipped.count();
}

std::int64_t quantise(const Quantisation& c) {
  Clipped clipped;
  const float* from = c.values;
  std::uint8_t* to = c.out;
  for (int x = 0; x < c.pixels; ++x) {
    for (int channel = 0; channel < c.channels; channel += kPanel, from += kPanel, to += kPanel) {
      Vector values[kVectors];
      for (int v = 0; v < kVectors; ++v) {
        const int lane = channel + v * kLanes;
        values[v] = load(from + v * kLanes) * load(c.scale + lane) + load(c.zero + lane);
      }
      store_bytes(to, values, clipped);
    }
  }
  return clipped.count();
}

}  // namespace
}  // namespace stip::cpu
