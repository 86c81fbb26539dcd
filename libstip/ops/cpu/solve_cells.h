// The closed form of `output: motion`: four weights a cell.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

constexpr int kDoubles = kLanes / 2;
typedef double Doubles __attribute__((vector_size(4 * STIP_VECTOR_FLOATS)));

// Value `number` of kDoubles neighbouring cells.
inline Doubles of_cells(const double* cells, int number) {
  Doubles values;
  for (int i = 0; i < kDoubles; ++i) values[i] = cells[i * kCellSums + number];
  return values;
}

// Cholesky's factors without roots.
inline void solve_side_by_side(const SolveCells& c, const double* cells, Doubles (&w)[4]) {
  Doubles a[4][4];
  Doubles trace{};
  int number = 0;
  for (int i = 0; i < 4; ++i) {
    for (int l = i; l < 4; ++l) a[i][l] = a[l][i] = of_cells(cells, number++);
    trace += a[i][i];
  }
  for (int i = 0; i < 4; ++i) {
    w[i] = of_cells(cells, number++);
    a[i][i] += c.ridge * trace + c.least;
  }
  for (int i = 0; i < 4; ++i) {
    for (int l = i + 1; l < 4; ++l) {
      const Doubles factor = a[l][i] / a[i][i];
      for (int j = i; j < 4; ++j) a[l][j] -= factor * a[i][j];
      w[l] -= factor * w[i];
    }
  }
  for (int i = 3; i >= 0; --i) {
    for (int l = i + 1; l < 4; ++l) w[i] -= a[i][l] * w[l];
    w[i] /= a[i][i];
  }
}

void solve_cells(const SolveCells& c) {
  double rest[kDoubles * kCellSums];
  for (int first = 0; first < c.count; first += kDoubles) {
    const double* cells = c.sums + std::ptrdiff_t{first} * kCellSums;
    const int count = c.count - first < kDoubles ? c.count - first : kDoubles;
    if (count < kDoubles) {
      for (int i = 0; i < kDoubles * kCellSums; ++i) {
        rest[i] = i < count * kCellSums ? cells[i] : 0;
      }
      cells = rest;
    }
    Doubles w[4];
    solve_side_by_side(c, cells, w);
    for (int i = 0; i < count; ++i) {
      float* out = c.out + std::ptrdiff_t{4} * (first + i);
      for (int s = 0; s < 4; ++s) {
        const auto value = static_cast<float>(w[s][i]);
        out[s] = value < c.low ? c.low : value > c.high ? c.high : value;
      }
    }
  }
}

}  // namespace
}  // namespace stip::cpu
