#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "motion/evidence.h"
#include "motion/flow_field.h"

namespace stip {

/// A vector for every square cell of kCell pixels, meant at the cell's centre; in pixels of the
/// picture (x to the right, y down).
struct CellField {
  int columns = 0;
  int rows = 0;
  std::vector<float> uv;  ///< [rows, columns, 2]

  void resize(int columns_, int rows_) {
    columns = columns_;
    rows = rows_;
    uv.resize(std::size_t{2} * columns * rows);
  }
  float* at(int row, int column) { return &uv[std::size_t{2} * (row * columns + column)]; }
  const float* at(int row, int column) const {
    return &uv[std::size_t{2} * (row * columns + column)];
  }

  struct Vector {
    float x;
    float y;
  };
  /// Between the centres bilinear, beyond them the nearest one; (x, y) in pixels.
  Vector between(float x, float y) const;
};

inline int cells_along(int pixels) { return (pixels + kCell - 1) / kCell; }

/// The mean flow of each cell.
void cell_flow(const FlowField& flow, CellField* out);

/// Where what will be seen k frames after a base frame is found in that frame, if everything moves
/// on as it did. `flow`: of the base frame to the one before it.
/// - settled: along straight lines; solves s(p) = k flow(p + s(p)) by a damped iteration, so that
///   what moves takes its own flow along over the edges of the still;
/// - carried: k steps along the base frame's flow field as it stands, as FlowField users do.
struct Displacements {
  CellField settled;
  CellField carried;
  CellField previous;  ///< the same point as `settled`, in the frame before the base frame
};

/// Those of k = 1.
void start_displacements(const CellField& flow, ThreadPool& pool, Displacements* out);
/// From k - 1 to k.
void advance_displacements(const CellField& flow, int k, ThreadPool& pool, Displacements* out);

}  // namespace stip
