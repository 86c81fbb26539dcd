#pragma once

#include <array>

#include "motion/candidates.h"

namespace stip {

/// Side of the square cells, in pixels, that evidence is summed in and weights are solved for.
/// Pooling reaches much farther than a cell: single pixels instead cost 16 times the memory and
/// gain 0.01 dB.
constexpr int kCell = 4;

/// How well candidates would have predicted a frame that was seen: the normal equations of the
/// blend's least squares in every cell, mean over its pixels. With differences d to copying and
/// t = truth - copying, summed over colours: d_i d_l for i <= l (10 planes), then d_i t (4 planes).
struct Evidence {
  static constexpr int kProducts = kCandidates * (kCandidates + 1) / 2;
  static constexpr int kPlanes = kProducts + kCandidates;
  using Cell = std::array<float, kPlanes>;

  int columns = 0;
  int rows = 0;
  std::vector<Cell> cells;  ///< [rows, columns]

  /// this += factor * other; an empty one takes the other's size.
  void add(const Evidence& other, float factor);
};

/// The evidence of one frame, `truth`.
Evidence gather_evidence(const Candidates& candidates, const FloatPicture& truth, int threads);

/// The blend's weights at every pixel (channel i for candidate i): pools the evidence over space,
/// solves each cell with a small ridge, clips to -0.3..1.2, smooths and enlarges to this size.
void solve_weights(const Evidence& evidence, int width, int height, int threads, FloatPicture* out);

/// The same at the cells' own size, before it is enlarged.
void solve_cell_weights(const Evidence& evidence, int threads, FloatPicture* out);

}  // namespace stip
