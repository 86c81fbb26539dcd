// Norm, gates and update of an STGRU cell in one pass over memory.
#pragma once

#include "ops/cpu/vector.h"

namespace stip::cpu {
namespace {

// The norm as one multiply-add a value: part `at` of the gates of one pixel.
inline Vector normalised(const GateSide& side, std::ptrdiff_t gate, std::ptrdiff_t norm) {
  const Vector value = (load(side.gates + gate) - side.mean) * side.inverse_deviation;
  return value * load(side.weight + norm) + load(side.bias + norm);
}

void gate_update(const GateUpdate& c) {
  const std::ptrdiff_t h = c.channels;
  for (int x = 0; x < c.pixels; ++x) {
    for (std::ptrdiff_t channel = 0; channel < h; channel += kLanes) {
      const std::ptrdiff_t gate = x * 4 * h + channel, norm = x * c.norm_step + channel;
      const auto of_t = [&](int part) {
        return normalised(c.temporal_side, gate + part * h, norm + part * h);
      };
      const auto of_s = [&](int part) {
        return normalised(c.spatial_side, gate + part * h, norm + part * h);
      };
      const Vector z = sigmoid(of_t(0) + of_s(0) + 1.0f);                       // eq. 5
      const Vector r = sigmoid(of_t(1) + of_s(1));                              // eq. 5
      const Vector temporal_trend = hyperbolic_tangent(of_t(2) + r * of_s(2));  // eq. 6
      const Vector spatial_trend = hyperbolic_tangent(of_s(3) + r * of_t(3));   // eq. 6
      float* const temporal = c.temporal + x * h + channel;
      float* const spatial = c.spatial + x * h + channel;
      store(temporal, temporal_trend + z * (load(temporal) - temporal_trend));  // eq. 7
      store(spatial, spatial_trend + z * (load(spatial) - spatial_trend));
    }
  }
}

}  // namespace
}  // namespace stip::cpu
