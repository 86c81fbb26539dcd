#pragma once

#include "ops/cuda/numbers.h"

namespace stip::cuda {

/// Of some values: how many, their mean, and the sum of squared distances from it. Two of them
/// become one without the cancellation that plain sums of squares suffer.
struct Moments {
  float count = 0;
  float mean = 0;
  float squares = 0;
};

/// The gates that one memory contributes to a cell, on their way from the convolution to the norm:
/// parts of sums become values, and moments of each stretch of kStretch values.
struct GateSums {
  const float* sums = nullptr;  ///< [splits][pixels][4*channels]
  const float* bias = nullptr;  ///< [4*channels]
  float* values = nullptr;      ///< [pixels][4*channels]; may be the first of the sums
  Moments* moments = nullptr;   ///< [stretches()]
};

struct GateStatistics {
  static constexpr int kStretch = 1024;

  GateSums side[2];
  int sides = 1;
  int pixels = 0;
  int channels = 0;  ///< of a part, padded: a multiple of 16
  int hidden = 0;    ///< of a part, true ones: padded ones do not count
  int splits = 1;
  std::ptrdiff_t split_step = 0;

  // Of side[0] alone: equal ones, in other places (values, moments).
  int copies = 1;
  std::ptrdiff_t copy_sums = 0;
  std::ptrdiff_t copy_bias = 0;
  std::ptrdiff_t copy_values = 0;
  std::ptrdiff_t copy_moments = 0;

  int stretches() const { return (pixels * 4 * channels + kStretch - 1) / kStretch; }
};

void gate_statistics(const GateStatistics& statistics, cudaStream_t stream);

/// One side (T or S) of an STGRU cell's gates: parts z, r, t, s, before their norm.
struct GateSide {
  const float* values = nullptr;  ///< [pixels][4*channels]
  const Moments* moments = nullptr;
  const float* weight = nullptr;  ///< of the norm: [pixels][4*channels], or one row for all pixels
  const float* bias = nullptr;
};

/// A memory before or after a cell: in single precision and, for convolutions to read, as T. Where
/// T is float the two are one.
template <typename T>
struct Memory {
  float* exact = nullptr;  ///< [pixels][channels]
  T* rounded = nullptr;
};

/// Normalises both sides' gates and updates both memories (eq. 5-7 of the paper).
template <typename T>
struct GateUpdate {
  GateSide temporal_side;
  GateSide spatial_side;
  int stretches = 0;
  int pixels = 0;
  int channels = 0;
  bool norm_by_place = false;
  const float* temporal = nullptr;
  const float* spatial = nullptr;
  Memory<T> new_temporal;  ///< may be in the old one's place
  Memory<T> new_spatial;
};

template <typename T>
void gate_update(const GateUpdate<T>& update, cudaStream_t stream);

}  // namespace stip::cuda
