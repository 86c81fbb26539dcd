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

/// How the flow of a frame (`now`) differs from what it was at the same things a frame before
/// (`before`), in pixels a frame.
void flow_change(const CellField& now, const CellField& before, CellField* out);

/// out(p) = field(p + along(p)): what is known of things, where they are now.
void bring_along(const CellField& field, const CellField& along, CellField* out);

/// Means over three by three cells, [1 2 1]/4 both ways.
void smooth_cells(CellField* field);

/// Where what will be seen k frames after a base frame is found in that frame.
struct Displacements {
  /// If everything moves on as it did: solves s(p) = k flow(p + s(p)) by a damped iteration, so
  /// that what moves takes its own flow along over the edges of the still.
  CellField settled;
  /// If velocities go on changing as they did, less and less (by kLasting a frame).
  CellField accelerated;
  CellField previous;  ///< the same point as `settled`, in the frame before the base frame
};
constexpr float kLasting = 0.8f;

/// `flow`: of the base frame to the one before it; `change`: flow_change() of it, smoothed; null:
/// none is known. `pace`: length of the steps to come, in that of the newest.
void displace(const CellField& flow, const CellField* change, int k, ThreadPool& pool,
              Displacements* out, float pace = 1);

}  // namespace stip
