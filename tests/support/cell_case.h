#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "ops/cell_points.h"

namespace stip::test {

/// Points of cells at random, their update, and the gradient of a loss, in double: by the equations
/// and by differences, without what is tested.
struct CellCase {
  std::ptrdiff_t rows, inner;
  std::vector<double> of_t, of_s, temporal, spatial, of_new_temporal, of_new_spatial;

  CellCase(std::ptrdiff_t rows_, std::ptrdiff_t inner_, unsigned seed)
      : rows(rows_), inner(inner_), random_(seed) {
    const auto places = static_cast<std::size_t>(rows * inner);
    of_t = values(4 * places, 4);
    of_s = values(4 * places, 4);
    temporal = values(places, 1);
    spatial = values(places, 1);
    of_new_temporal = values(places, 1);
    of_new_spatial = values(places, 1);
  }

  std::size_t places() const { return temporal.size(); }
  std::size_t gate(std::size_t place, std::size_t part) const {
    const auto in = static_cast<std::size_t>(inner);
    return (place / in * 4 + part) * in + place % in;
  }

  struct Memories {
    double temporal, spatial;
  };
  Memories update(std::size_t place) const {
    const auto t = [&](std::size_t part) { return of_t[gate(place, part)]; };
    const auto s = [&](std::size_t part) { return of_s[gate(place, part)]; };
    const double z = 1 / (1 + std::exp(-(t(0) + s(0) + 1))), r = 1 / (1 + std::exp(-(t(1) + s(1))));
    return {(1 - z) * std::tanh(t(2) + r * s(2)) + z * temporal[place],
            (1 - z) * std::tanh(s(3) + r * t(3)) + z * spatial[place]};
  }

  /// The loss's gradient with respect to `value`, one of the inputs of `place`.
  double gradient(double& value, std::size_t place) const {
    constexpr double kStep = 1e-6;
    const double before = value;
    const auto loss = [&](double at) {
      value = at;
      const Memories made = update(place);
      return of_new_temporal[place] * made.temporal + of_new_spatial[place] * made.spatial;
    };
    const double result = (loss(before + kStep) - loss(before - kStep)) / (2 * kStep);
    value = before;
    return result;
  }

 private:
  // As single precision can hold them.
  std::vector<double> values(std::size_t count, float scale) {
    std::normal_distribution<float> normal(0, scale);
    std::vector<double> result(count);
    for (double& value : result) value = normal(random_);
    return result;
  }

  std::mt19937 random_;
};

}  // namespace stip::test
