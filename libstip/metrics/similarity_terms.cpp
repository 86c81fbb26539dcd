#include "metrics/similarity_terms.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "metrics/wide.h"

namespace stip {
namespace {

// Values are filtered around the middle of their range: their squares then lose fewer digits.
constexpr float kMiddle = 128;

// a, b, a^2 + b^2 and a b: of two planes, or of a row of them when filtered.
using Moments = std::array<std::vector<float>, 4>;

STIP_WIDE void make_products(const float* a, const float* b, std::size_t count, float* out_a,
                             float* out_b, float* squares, float* product) {
  for (std::size_t i = 0; i < count; ++i) {
    const float u = a[i] - kMiddle;
    const float v = b[i] - kMiddle;
    out_a[i] = u;
    out_b[i] = v;
    squares[i] = u * u + v * v;
    product[i] = u * v;
  }
}

Moments products_of(const Plane& a, const Plane& b) {
  Moments m;
  for (auto& plane : m) plane.resize(a.values.size());
  make_products(a.values.data(), b.values.data(), a.values.size(), m[0].data(), m[1].data(),
                m[2].data(), m[3].data());
  return m;
}

}  // namespace

STIP_WIDE void filter(const float* from, std::size_t step, const std::vector<float>& taps,
                      std::size_t count, float* out) {
  const float first = taps[0];
  for (std::size_t i = 0; i < count; ++i) out[i] = first * from[i];
  for (std::size_t t = 1; t < taps.size(); ++t) {
    const float tap = taps[t];
    const float* at = from + t * step;
    for (std::size_t i = 0; i < count; ++i) out[i] += tap * at[i];
  }
}

SimilarityTerms similarity_terms(const Plane& a, const Plane& b, const SimilarityWindow& window) {
  const std::size_t taps = window.taps.size();
  const auto columns = static_cast<std::size_t>(a.width) - taps + 1;
  const int rows = a.height - static_cast<int>(taps) + 1;
  const double c1 = std::pow(0.01 * window.range, 2);
  const double c2 = std::pow(0.03 * window.range, 2);
  const auto width = static_cast<std::size_t>(a.width);
  const Moments products = products_of(a, b);
  std::vector<float> down(width);
  Moments m;
  for (auto& row : m) row.resize(columns);
  SimilarityTerms sum;
  for (int y = 0; y < rows; ++y) {
    for (std::size_t i = 0; i < m.size(); ++i) {
      filter(products[i].data() + width * static_cast<std::size_t>(y), width, window.taps, width,
             down.data());
      filter(down.data(), 1, window.taps, columns, m[i].data());
    }
    SimilarityTerms row;
    for (std::size_t x = 0; x < columns; ++x) {
      const double u = double{m[0][x]}, v = double{m[1][x]};
      const double variances = window.unbias * (double{m[2][x]} - u * u - v * v);
      const double covariance = window.unbias * (double{m[3][x]} - u * v);
      const double mean_a = u + double{kMiddle}, mean_b = v + double{kMiddle};
      const double cs = (2 * covariance + c2) / (variances + c2);
      row.cs += cs;
      row.ssim += cs * (2 * mean_a * mean_b + c1) / (mean_a * mean_a + mean_b * mean_b + c1);
    }
    sum.cs += row.cs;
    sum.ssim += row.ssim;
  }
  const double places = static_cast<double>(columns) * rows;
  return {sum.ssim / places, sum.cs / places};
}

SimilarityWindow gaussian_window() {
  SimilarityWindow window;
  std::vector<double> exact;
  double sum = 0;
  for (int i = -5; i <= 5; ++i) {
    exact.push_back(std::exp(-0.5 * i * i / (1.5 * 1.5)));
    sum += exact.back();
  }
  for (const double tap : exact) window.taps.push_back(static_cast<float>(tap / sum));
  return window;
}

}  // namespace stip
