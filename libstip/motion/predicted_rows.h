#pragma once

#include <vector>

#include "motion/mixture.h"

namespace stip {

/// How a prediction's finest detail is amplified: m + a * (m - b), m the mixed picture, b the same
/// blurred by [1 2 1] / 4 both ways with the border replicated. What mixes for the fewest decibels
/// of error leaves less fine detail than the truth has, most of all for reading between pixels;
/// giving some of it back costs next to nothing, where a network that is to make it loses
/// (docs/training.md has the figures). a is `amount` times the gate (MotionPlan), bilinear between
/// cells: what stands still stays as it is.
struct Sharpening {
  float amount = 0;                          ///< 0: none
  const std::vector<float>* gate = nullptr;  ///< [rows, columns] of cells
};

/// The prediction by rows: mixed, then sharpened; 0..255, not clamped. Borrows what it is given.
/// One thread at a time.
class PredictedRows {
 public:
  PredictedRows(const MixPictures& pictures, const Mixture& mixture, const Sharpening& sharpening);

  /// Row y, until the next call. Of rows asked for from the top down each is mixed once.
  const Float4* row(int y);

 private:
  const Float4* mixed(int y);

  const MixPictures& pictures_;
  const Mixture& mixture_;
  Sharpening sharpening_;
  struct Line {
    int y = -1;
    std::vector<Float4> pixels;
  };
  Line lines_[3];               // line y is in place y % 3
  std::vector<float> amounts_;  // around the row: of all cells, and the outer ones once more
  std::vector<Float4> sharpened_;
  std::vector<Float4> scratch_;
};

}  // namespace stip
