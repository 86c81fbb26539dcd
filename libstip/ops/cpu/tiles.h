// Winograd's transforms for F(4, 5) at the points 0, 1, -1, 2, -2, 1/2, -1/2, infinity, in both
// directions; sixteen channels or so at a time.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

constexpr int kPoints = 8;

// B^T of eight inputs, `step` vectors apart, in place.
template <int Step>
inline void transform_input(Vector* d) {
  const Vector d0 = d[0], d1 = d[Step], d2 = d[2 * Step], d3 = d[3 * Step];
  const Vector d4 = d[4 * Step], d5 = d[5 * Step], d6 = d[6 * Step], d7 = d[7 * Step];
  d[0] = d0 - d6 + 5.25f * (d4 - d2);
  d[7 * Step] = d7 - d1 + 5.25f * (d3 - d5);
  Vector even = d2 + d6 - 4.25f * d4, odd = d1 + d5 - 4.25f * d3;
  d[Step] = even + odd;
  d[2 * Step] = even - odd;
  even = d6 + 0.25f * d2 - 1.25f * d4, odd = 0.5f * d1 - 2.5f * d3 + 2.0f * d5;
  d[3 * Step] = even + odd;
  d[4 * Step] = even - odd;
  even = d6 + 4.0f * d2 - 5.0f * d4, odd = 2.0f * d1 - 2.5f * d3 + 0.5f * d5;
  d[5 * Step] = even + odd;
  d[6 * Step] = even - odd;
}

// A^T of eight products, `step` vectors apart: four outputs.
template <int Step>
inline void transform_output(const Vector* m, Vector (&y)[kTile]) {
  const Vector sum1 = m[Step] + m[2 * Step], difference1 = m[Step] - m[2 * Step];
  const Vector sum2 = m[3 * Step] + m[4 * Step], difference2 = m[3 * Step] - m[4 * Step];
  const Vector sum3 = m[5 * Step] + m[6 * Step], difference3 = m[5 * Step] - m[6 * Step];
  y[0] = m[0] + sum1 + sum2 + sum3;
  y[1] = difference1 + 2.0f * difference2 + 0.5f * difference3;
  y[2] = sum1 + 4.0f * sum2 + 0.25f * sum3;
  y[3] = difference1 + 8.0f * difference2 + 0.125f * difference3 + m[7 * Step];
}

void tile_input(const TileInput& c) {
  for (int i = 0; i < c.count; ++i) {
    const int tile = c.first + i;
    const float* const window =
        c.source + kTile * ((tile / c.tiles_across) * c.row_step +
                            (tile % c.tiles_across) * std::ptrdiff_t{c.channels});
    for (int channel = 0; channel < c.channels; channel += kLanes) {
      Vector d[kPoints * kPoints];
      for (int y = 0; y < kPoints; ++y) {
        for (int x = 0; x < kPoints; ++x) {
          d[y * kPoints + x] =
              load(window + y * c.row_step + x * std::ptrdiff_t{c.channels} + channel);
        }
        transform_input<1>(d + y * kPoints);
      }
      float* out = c.out + i * std::ptrdiff_t{c.channels} + channel;
      for (int x = 0; x < kPoints; ++x) {
        transform_input<kPoints>(d + x);
        for (int y = 0; y < kPoints; ++y) {
          store(out + (y * kPoints + x) * c.point_step, d[y * kPoints + x]);
        }
      }
    }
  }
}

// Single precision for the few values of a tile, double for the sums of tiles.
struct TileSums {
  Vector sum{};
  Vector squares{};
  void add(Vector value) {
    sum += value;
    squares += value * value;
  }
  void add_to(Sums& total) const {
    for (int lane = 0; lane < kLanes; ++lane) {
      total.sum += sum[lane];
      total.squares += squares[lane];
    }
  }
};

inline void write_tile(const TileOutput& c, int tile, int channel, const Vector* m, Sums& total) {
  const int top = tile / c.tiles_across * kTile, left = tile % c.tiles_across * kTile;
  const int rows = c.height - top < kTile ? c.height - top : kTile;
  const int columns = c.width - left < kTile ? c.width - left : kTile;
  Vector half[kTile * kPoints];  // [row of outputs][point]
  for (int x = 0; x < kPoints; ++x) {
    Vector y[kTile];
    transform_output<kPoints>(m + x, y);
    for (int row = 0; row < kTile; ++row) half[row * kPoints + x] = y[row];
  }
  const Vector bias = load(c.bias + channel);
  TileSums sums;
  for (int row = 0; row < rows; ++row) {
    Vector y[kTile];
    transform_output<1>(half + row * kPoints, y);
    float* out = c.out + (top + row) * c.row_step + left * c.pixel_step + channel;
    for (int x = 0; x < columns; ++x) {
      const Vector value = y[x] + bias;
      store(out + x * c.pixel_step, value);
      sums.add(value);
    }
  }
  sums.add_to(total);
}

Sums tile_output(const TileOutput& c) {
  Sums total;
  const std::ptrdiff_t point_step = c.count * std::ptrdiff_t{c.channels};
  for (int i = 0; i < c.count; ++i) {
    for (int channel = 0; channel < c.channels; channel += kLanes) {
      Vector m[kTilePoints];
      for (int p = 0; p < kTilePoints; ++p) {
        m[p] = load(c.products + p * point_step + i * std::ptrdiff_t{c.channels} + channel);
      }
      write_tile(c, c.first + i, channel, m, total);
    }
  }
  return total;
}

Sums sums(const float* values, std::ptrdiff_t count) {
  Sums total;
  constexpr std::ptrdiff_t kBlock = 256;
  for (std::ptrdiff_t first = 0; first < count; first += kBlock) {
    TileSums block;
    const std::ptrdiff_t end = first + kBlock < count ? first + kBlock : count;
    for (std::ptrdiff_t at = first; at < end; at += kLanes) block.add(load(values + at));
    block.add_to(total);
  }
  return total;
}

}  // namespace
}  // namespace stip::cpu
