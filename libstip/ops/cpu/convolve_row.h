// The matrix kernel: a tile of outputs by one or two panels of channels is kept in registers.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// As many outputs as the registers hold beside a panel's weights and one source value.
#if STIP_VECTOR_FLOATS == 16
constexpr int kTilePixels = 12;  // 32 registers: 12 x 2 panels
constexpr int kTilePanels = 2;
#elif STIP_VECTOR_FLOATS == 8
constexpr int kTilePixels = 6;  // 16 registers: 6 x 2 vectors
constexpr int kTilePanels = 1;
#else
constexpr int kTilePixels = 2;  // 16 registers: 2 x 4 vectors
constexpr int kTilePanels = 1;
#endif

// Activation and recall, then to memory. Copies what it needs of `c` first: for all the compiler
// knows, the stores change it.
template <int Pixels, int Panels>
inline void finish_tile(const RowConvolution& c, int first, int panel,
                        Vector (&sum)[Pixels][Panels * kVectors]) {
  const float leak = c.leak;
  if (leak != 1) {
#pragma GCC unroll 12
    for (int m = 0; m < Pixels; ++m) {
#pragma GCC unroll 8
      for (int v = 0; v < Panels * kVectors; ++v) sum[m][v] = larger(sum[m][v], sum[m][v] * leak);
    }
  }
  if (c.recall != nullptr) {
    const float weight = c.recall_weight;
    const std::ptrdiff_t step = c.recall_step;
    const float* const recall = c.recall + first * step + panel * kPanel;
#pragma GCC unroll 12
    for (int m = 0; m < Pixels; ++m) {
#pragma GCC unroll 8
      for (int v = 0; v < Panels * kVectors; ++v) {
        sum[m][v] += weight * load(recall + m * step + v * kLanes);
      }
    }
  }
  const std::ptrdiff_t step = c.out_step;
  float* const out = c.out + first * step + panel * kPanel;
#pragma GCC unroll 12
  for (int m = 0; m < Pixels; ++m) {
#pragma GCC unroll 8
    for (int v = 0; v < Panels * kVectors; ++v) store(out + m * step + v * kLanes, sum[m][v]);
  }
}

template <int Pixels, int Panels>
void convolve_tile(const RowConvolution& c, int first, int panel) {
  Vector sum[Pixels][Panels * kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < Panels * kVectors; ++v) {
    const Vector bias = c.bias != nullptr ? load(c.bias + panel * kPanel + v * kLanes) : Vector{};
#pragma GCC unroll 12
    for (int m = 0; m < Pixels; ++m) sum[m][v] = bias;
  }
  const float* weights = c.weights + panel * c.panel_step;
  const std::ptrdiff_t step = c.source_step;
  for (int s = 0; s < c.segments; ++s) {
    const float* source = c.source[s] + first * step;
    const float* const end = source + c.depth;
    for (; source != end; ++source, weights += kPanel) {
      Vector w[Panels * kVectors];
#pragma GCC unroll 8
      for (int v = 0; v < Panels * kVectors; ++v) {
        w[v] = load(weights + (v / kVectors) * c.panel_step + (v % kVectors) * kLanes);
      }
#pragma GCC unroll 12
      for (int m = 0; m < Pixels; ++m) {
        const Vector x = broadcast(source[m * step]);
#pragma GCC unroll 8
        for (int v = 0; v < Panels * kVectors; ++v) sum[m][v] += x * w[v];
      }
    }
  }
  finish_tile<Pixels, Panels>(c, first, panel, sum);
}

// `pixels` is 1..Largest; one instantiation for each.
template <int Largest, int Panels>
inline void convolve_some(const RowConvolution& c, int first, int pixels, int panel) {
  if (pixels == Largest) return convolve_tile<Largest, Panels>(c, first, panel);
  if constexpr (Largest > 1) convolve_some<Largest - 1, Panels>(c, first, pixels, panel);
}

// Tiles of nearly equal width: a narrow last one would wait for its own sums.
template <int Panels>
void convolve_panels(const RowConvolution& c, int panel) {
  const int tiles = (c.pixels + kTilePixels - 1) / kTilePixels;
  int first = 0;
  for (int t = 0; t < tiles; ++t) {
    const int pixels = (c.pixels - first) / (tiles - t);
    convolve_some<kTilePixels, Panels>(c, first, pixels, panel);
    first += pixels;
  }
}

void convolve_row(const RowConvolution& c) {
  int panel = 0;
  if constexpr (kTilePanels > 1) {
    for (; panel + kTilePanels <= c.panels; panel += kTilePanels) {
      convolve_panels<kTilePanels>(c, panel);
    }
  }
  for (; panel < c.panels; ++panel) convolve_panels<1>(c, panel);
}

}  // namespace
}  // namespace stip::cpu
