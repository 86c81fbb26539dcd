// Displacements on cells: between the cells, and where they lead from pixels.
#pragma once

#include "ops/cpu/places.h"

namespace stip::cpu {
namespace {

// A vector and its neighbour to the right, which lie side by side.
typedef float TwoVectors __attribute__((vector_size(16)));
typedef float StoredVectors __attribute__((vector_size(16), aligned(4), may_alias));

inline TwoVectors load_vectors(const float* from) {
  return *reinterpret_cast<const StoredVectors*>(from);
}

void read_vectors(const VectorReads& c) {
  read_grid<2>(
      c, [](const float* corner, std::ptrdiff_t below, float part_x, float part_y, float* out) {
        const TwoVectors upper = load_vectors(corner), lower = load_vectors(corner + below);
        const TwoVectors left = upper + (lower - upper) * part_y;
        const TwoVectors right = __builtin_shuffle(left, PixelBits{2, 3, 2, 3});
        const TwoVectors both = left + (right - left) * part_x;
        out[0] = both[0];
        out[1] = both[1];
      });
}

// Four pixels in a row: between which of the four cells around them each lies, and how far.
struct FourPixels {
  PixelBits left;
  PixelBits right;
  TwoVectors part;
};

// `pixels` of a cell are 4, 2 or 1; of one only the first pixel counts, and one cell comes after
// another. Cells are counted from the one before the first pixel's.
inline FourPixels four_pixels(const PixelLeads& c, int pixels) {
  FourPixels four;
  for (int i = 0; i < 4; ++i) {
    const float inside =
        c.start - 4 * static_cast<float>(c.first) + static_cast<float>(i % pixels * c.pitch);
    const float at = (inside + 0.5f) / 4 - 0.5f;
    four.left[i] = i / pixels + (at < 0 ? 0 : 1);
    four.right[i] = four.left[i] + 1;
    four.part[i] = at < 0 ? at + 1 : at;
  }
  return four;
}

inline void lead_ones(const PixelLeads& c, const float* cell, float* out) {
  const FourPixels four = four_pixels(c, 1);
  const float part = four.part[0];
  cell += four.left[0];
  for (int i = 0; i < c.count; ++i) out[i] = cell[i] + (cell[i + 1] - cell[i]) * part;
}

// Writes up to three more.
inline void lead_fours(const PixelLeads& c, int pixels, const float* cell, float* out) {
  const FourPixels four = four_pixels(c, pixels);
  const int cells = 4 / pixels;
  for (int i = 0; i < c.count; i += 4, cell += cells) {
    const TwoVectors around = load_vectors(cell);
    const TwoVectors left = __builtin_shuffle(around, four.left);
    const TwoVectors right = __builtin_shuffle(around, four.right);
    *reinterpret_cast<StoredVectors*>(out + i) = left + (right - left) * four.part;
  }
}

void lead_pixels(const PixelLeads& c) {
  // Between the two rows of cells, with one cell more at each side and what vectors read beyond.
  float cell_x[kMostLeads + 6], cell_y[kMostLeads + 6];
  float x[kMostLeads + 3], y[kMostLeads + 3];
  const int pixels = 4 / c.pitch;
  const int cells = (c.count + pixels - 1) / pixels;
  const int inside = cells < c.columns - c.first ? cells : c.columns - c.first;
  const float* upper = c.upper + std::ptrdiff_t{2} * c.first;
  const float* lower = c.lower + std::ptrdiff_t{2} * c.first;
  const auto between = [&](int cell, int k) {
    return upper[2 * cell + k] + (lower[2 * cell + k] - upper[2 * cell + k]) * c.part;
  };
  for (int i = 0; i < inside; ++i) {
    cell_x[i + 1] = between(i, 0);
    cell_y[i + 1] = between(i, 1);
  }
  const int before = c.first > 0 ? -1 : 0;
  cell_x[0] = between(before, 0);
  cell_y[0] = between(before, 1);
  const int after = c.first + inside < c.columns ? inside : inside - 1;
  for (int i = inside + 1; i < cells + 5; ++i) {
    cell_x[i] = between(after, 0);
    cell_y[i] = between(after, 1);
  }
  if (pixels == 1) {
    lead_ones(c, cell_x, x);
    lead_ones(c, cell_y, y);
  } else {
    lead_fours(c, pixels, cell_x, x);
    lead_fours(c, pixels, cell_y, y);
  }
  const float start = c.start, pitch = static_cast<float>(c.pitch), last = c.last, row = c.row;
  float* __restrict__ out_x = c.x;
  float* __restrict__ out_y = c.y;
  for (int i = 0; i < c.count; ++i) {
    const float at = start + static_cast<float>(i) * pitch;
    out_x[i] = (at < last ? at : last) + x[i];
    out_y[i] = row + y[i];
  }
}

}  // namespace
}  // namespace stip::cpu
