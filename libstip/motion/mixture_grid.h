#pragma once

#include "motion/mixture.h"

namespace stip {

// What mixture.cpp and its gradient share: where channels and points are.

constexpr int kPoints = 4;  // of a cell
constexpr float kWeightScale = 0.3f;
constexpr float kShiftScale = 4;
constexpr float kResidualScale = 8;
constexpr int kShiftChannel = kPoints * kMotionSources;
constexpr int kResidualChannel = kShiftChannel + 2;
static_assert(kResidualChannel + 3 * kPoints <= kMotionChannels);

constexpr MotionSource kSmoothOnes[] = {kMovedBlurred, kStillBlurred, kMovedFaint, kStillFaint};
/// Of the sharp ones those that are not there already.
constexpr SourceSet kReadSharpSources =
    source_bit(kMoved) | source_bit(kMovedPrevious) | source_bit(kAccelerated);

/// Two grid points and how far it is between them, for pixel x of a grid of one point in `pitch`.
struct Between {
  int low;
  int high;
  float part;
};

inline Between between_points(int pixel, int points, float pitch) {
  const float at = (static_cast<float>(pixel) + 0.5f) / pitch - 0.5f;
  const float inside = at > 0 ? (at < static_cast<float>(points - 1) ? at : float(points - 1)) : 0;
  const int low = static_cast<int>(inside);
  return {low, low + 1 < points ? low + 1 : low, inside - static_cast<float>(low)};
}

/// Values of cells, [rows][columns], between the two rows `v`: that of cell c at out[1 + c], and
/// the outer ones once more at each end.
template <typename Value>
void between_rows(const Value* cells, int columns, const Between& v, std::vector<Value>* out) {
  const Value* low = cells + std::ptrdiff_t{v.low} * columns;
  const Value* high = cells + std::ptrdiff_t{v.high} * columns;
  out->resize(static_cast<std::size_t>(columns) + 2);
  Value* inner = out->data() + 1;
  for (int c = 0; c < columns; ++c) inner[c] = low[c] + (high[c] - low[c]) * v.part;
  out->front() = inner[0];
  out->back() = inner[columns - 1];
}

/// Where point x of the grid lies, in pixels.
inline float point_place(int x) { return 2 * static_cast<float>(x) + 0.5f; }

/// Weights of all sources at a point of the grid; returns the residual. `channels`: of the point's
/// row of cells, or null.
Float4 point_weights(const MotionPlan& plan, const float* channels, int y, int x, float* weights);

}  // namespace stip
