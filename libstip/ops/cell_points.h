// The update of STGRU cells point by point, and its gradient: one definition for every device.
#pragma once

#include <math.h>

#include <cstddef>

#if defined(__CUDACC__)
#define STIP_ANY_DEVICE __host__ __device__
#else
#define STIP_ANY_DEVICE
#endif

namespace stip {

/// What a cell's update reads and writes. A row is whatever has its four parts (z, r, t, s) one
/// after the other: a sample, where the maps of channels follow each other, or a pixel, where its
/// channels do.
template <typename T>
struct CellPoints {
  std::ptrdiff_t rows = 0;
  std::ptrdiff_t inner = 0;
  const T* of_t = nullptr;  ///< [rows][4][inner]  normalised gates
  const T* of_s = nullptr;
  const T* temporal = nullptr;  ///< [rows][inner]
  const T* spatial = nullptr;
  T* new_temporal = nullptr;  ///< [rows][inner]; unused by the gradient
  T* new_spatial = nullptr;
};

/// The loss's gradient: given of both results, wanted of all that was read.
template <typename T>
struct CellGradient {
  CellPoints<T> points;
  const T* of_new_temporal = nullptr;  ///< [rows][inner]
  const T* of_new_spatial = nullptr;
  T* of_t = nullptr;  ///< [rows][4][inner]
  T* of_s = nullptr;
  T* of_temporal = nullptr;  ///< [rows][inner]
  T* of_spatial = nullptr;
};

/// The C library's; of vectors there are others.
struct StandardFunctions {
  template <typename T>
  STIP_ANY_DEVICE static T sigmoid(T x) {
    return 1 / (1 + exp(-x));
  }
  template <typename T>
  STIP_ANY_DEVICE static T hyperbolic_tangent(T x) {
    return tanh(x);
  }
};

/// One point of a cell: what stgru_update() (the readable form) computes. V: a number, or several
/// side by side.
template <typename V>
struct CellPoint {
  V z, r, temporal_trend, spatial_trend;

  template <typename Functions>
  STIP_ANY_DEVICE static CellPoint of(const V (&of_t)[4], const V (&of_s)[4], Functions) {
    CellPoint p;
    p.z = Functions::sigmoid(of_t[0] + of_s[0] + 1.0f);                         // eq. 5
    p.r = Functions::sigmoid(of_t[1] + of_s[1]);                                // eq. 5
    p.temporal_trend = Functions::hyperbolic_tangent(of_t[2] + p.r * of_s[2]);  // eq. 6
    p.spatial_trend = Functions::hyperbolic_tangent(of_s[3] + p.r * of_t[3]);   // eq. 6
    return p;
  }

  STIP_ANY_DEVICE V mix(V trend, V memory) const {
    return (1.0f - z) * trend + z * memory;
  }  // eq. 7
};

/// The chain rule through eq. 5-7: gradients of the gates (parts z, r, t, s of both sides) from
/// those of the two new memories. Those of the old memories are z times the new ones'.
template <typename V>
struct CellPointGradient {
  V of_t[4], of_s[4];

  STIP_ANY_DEVICE CellPointGradient(const CellPoint<V>& p, V part_t_of_s, V part_s_of_t, V temporal,
                                    V spatial, V of_new_temporal, V of_new_spatial) {
    const V keep = 1.0f - p.z;
    const V of_z = of_new_temporal * (temporal - p.temporal_trend) +
                   of_new_spatial * (spatial - p.spatial_trend);
    const V inside_t = of_new_temporal * keep * (1.0f - p.temporal_trend * p.temporal_trend);
    const V inside_s = of_new_spatial * keep * (1.0f - p.spatial_trend * p.spatial_trend);
    const V of_r = inside_t * part_t_of_s + inside_s * part_s_of_t;
    of_t[0] = of_s[0] = of_z * p.z * keep;
    of_t[1] = of_s[1] = of_r * p.r * (1.0f - p.r);
    of_t[2] = inside_t;
    of_s[2] = inside_t * p.r;
    of_t[3] = inside_s * p.r;
    of_s[3] = inside_s;
  }
};

/// What point `i` of row `row` reads of the gates, and where, one number at a time.
template <typename T>
struct PointGates {
  std::ptrdiff_t first;  ///< part z; the others follow `inner` apart
  T of_t[4], of_s[4];

  STIP_ANY_DEVICE PointGates(const CellPoints<T>& all, std::ptrdiff_t row, std::ptrdiff_t i)
      : first(row * 4 * all.inner + i) {
    for (int part = 0; part < 4; ++part) {
      of_t[part] = all.of_t[first + part * all.inner];
      of_s[part] = all.of_s[first + part * all.inner];
    }
  }
  STIP_ANY_DEVICE CellPoint<T> point() const {
    return CellPoint<T>::of(of_t, of_s, StandardFunctions());
  }
};

template <typename T>
STIP_ANY_DEVICE void update_cell_point(const CellPoints<T>& all, std::ptrdiff_t row,
                                       std::ptrdiff_t i) {
  const std::ptrdiff_t place = row * all.inner + i;
  const CellPoint<T> p = PointGates<T>(all, row, i).point();
  all.new_temporal[place] = p.mix(p.temporal_trend, all.temporal[place]);
  all.new_spatial[place] = p.mix(p.spatial_trend, all.spatial[place]);
}

template <typename T>
STIP_ANY_DEVICE void cell_point_gradient(const CellGradient<T>& all, std::ptrdiff_t row,
                                         std::ptrdiff_t i) {
  const CellPoints<T>& points = all.points;
  const std::ptrdiff_t place = row * points.inner + i;
  const PointGates<T> gates(points, row, i);
  const CellPoint<T> p = gates.point();
  const T of_new_temporal = all.of_new_temporal[place], of_new_spatial = all.of_new_spatial[place];
  const CellPointGradient<T> found(p, gates.of_s[2], gates.of_t[3], points.temporal[place],
                                   points.spatial[place], of_new_temporal, of_new_spatial);
  for (int part = 0; part < 4; ++part) {
    all.of_t[gates.first + part * points.inner] = found.of_t[part];
    all.of_s[gates.first + part * points.inner] = found.of_s[part];
  }
  all.of_temporal[place] = p.z * of_new_temporal;
  all.of_spatial[place] = p.z * of_new_spatial;
}

}  // namespace stip
