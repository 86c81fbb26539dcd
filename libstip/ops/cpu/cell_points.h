// Update and gradient of STGRU cells in training, in vectors.
#pragma once

#include "ops/cell_points.h"
#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// exponential() makes a number of what is none; training must see that something has gone wrong.
struct VectorFunctions {
  static Vector sigmoid(Vector x) { return cpu::sigmoid(x) + (x - x); }
  static Vector hyperbolic_tangent(Vector x) { return cpu::hyperbolic_tangent(x) + (x - x); }
};

// Up to a vector of values, with zeros behind them.
struct Lanes {
  std::ptrdiff_t count;

  Vector read(const float* from) const {
    if (count == kLanes) return load(from);
    Vector some = {};
    std::memcpy(&some, from, static_cast<std::size_t>(count) * sizeof(float));
    return some;
  }
  void write(float* to, const Vector& value) const {
    if (count == kLanes) return store(to, value);
    std::memcpy(to, &value, static_cast<std::size_t>(count) * sizeof(float));
  }
};

inline void read_parts(const CellPoints<float>& all, std::ptrdiff_t gate, Lanes lanes,
                       Vector (&of_t)[4], Vector (&of_s)[4]) {
  for (int part = 0; part < 4; ++part) {
    of_t[part] = lanes.read(all.of_t + gate + part * all.inner);
    of_s[part] = lanes.read(all.of_s + gate + part * all.inner);
  }
}

void update_cell(const CellPoints<float>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                 std::ptrdiff_t end) {
  for (std::ptrdiff_t i = first; i < end; i += kLanes) {
    const Lanes lanes{end - i < kLanes ? end - i : kLanes};
    const std::ptrdiff_t place = row * all.inner + i;
    Vector of_t[4], of_s[4];
    read_parts(all, row * 4 * all.inner + i, lanes, of_t, of_s);
    const auto p = CellPoint<Vector>::of(of_t, of_s, VectorFunctions());
    lanes.write(all.new_temporal + place,
                p.mix(p.temporal_trend, lanes.read(all.temporal + place)));
    lanes.write(all.new_spatial + place, p.mix(p.spatial_trend, lanes.read(all.spatial + place)));
  }
}

void cell_gradient(const CellGradient<float>& all, std::ptrdiff_t row, std::ptrdiff_t first,
                   std::ptrdiff_t end) {
  const CellPoints<float>& points = all.points;
  for (std::ptrdiff_t i = first; i < end; i += kLanes) {
    const Lanes lanes{end - i < kLanes ? end - i : kLanes};
    const std::ptrdiff_t gate = row * 4 * points.inner + i, place = row * points.inner + i;
    Vector of_t[4], of_s[4];
    read_parts(points, gate, lanes, of_t, of_s);
    const auto p = CellPoint<Vector>::of(of_t, of_s, VectorFunctions());
    const Vector of_new_temporal = lanes.read(all.of_new_temporal + place);
    const Vector of_new_spatial = lanes.read(all.of_new_spatial + place);
    const CellPointGradient<Vector> found(p, of_s[2], of_t[3], lanes.read(points.temporal + place),
                                          lanes.read(points.spatial + place), of_new_temporal,
                                          of_new_spatial);
    for (int part = 0; part < 4; ++part) {
      lanes.write(all.of_t + gate + part * points.inner, found.of_t[part]);
      lanes.write(all.of_s + gate + part * points.inner, found.of_s[part]);
    }
    lanes.write(all.of_temporal + place, p.z * of_new_temporal);
    lanes.write(all.of_spatial + place, p.z * of_new_spatial);
  }
}

}  // namespace
}  // namespace stip::cpu
