#include "metrics/similarity_terms.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace stip {
namespace {

// Values are filtered around the middle of their range: their squares then lose fewer digits.
constexpr float kMiddle = 128;

// One row of the four moments, filtered downwards: a, b, a^2 + b^2, a b.
struct Moments {
  std::vector<float> a, b, squares, product;

  explicit Moments(std::size_t size) : a(size), b(size), squares(size), product(size) {}
};

void filter_down(const Plane& a, const Plane& b, const std::vector<float>& taps, int top,
                 Moments* out) {
  const auto width = static_cast<std::size_t>(a.width);
  for (auto* row : {&out->a, &out->b, &out->squares, &out->product}) {
    std::fill(row->begin(), row->end(), 0.0f);
  }
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const float tap = taps[i];
    const float* x = a.values.data() + (static_cast<std::size_t>(top) + i) * width;
    const float* y = b.values.data() + (static_cast<std::size_t>(top) + i) * width;
    for (std::size_t at = 0; at < width; ++at) {
      const float u = x[at] - kMiddle;
      const float v = y[at] - kMiddle;
      out->a[at] += tap * u;
      out->b[at] += tap * v;
      out->squares[at] += tap * (u * u + v * v);
      out->product[at] += tap * (u * v);
    }
  }
}

void filter_along(const std::vector<float>& from, const std::vector<float>& taps, std::size_t count,
                  std::vector<float>* out) {
  std::fill(out->begin(), out->end(), 0.0f);
  for (std::size_t i = 0; i < taps.size(); ++i) {
    for (std::size_t at = 0; at < count; ++at) (*out)[at] += taps[i] * from[at + i];
  }
}

}  // namespace

SimilarityTerms similarity_terms(const Plane& a, const Plane& b, const SimilarityWindow& window) {
  const std::size_t taps = window.taps.size();
  const auto columns = static_cast<std::size_t>(a.width) - taps + 1;
  const int rows = a.height - static_cast<int>(taps) + 1;
  const double c1 = std::pow(0.01 * window.range, 2);
  const double c2 = std::pow(0.03 * window.range, 2);
  Moments down(static_cast<std::size_t>(a.width));
  Moments m(columns);
  SimilarityTerms sum;
  for (int y = 0; y < rows; ++y) {
    filter_down(a, b, window.taps, y, &down);
    filter_along(down.a, window.taps, columns, &m.a);
    filter_along(down.b, window.taps, columns, &m.b);
    filter_along(down.squares, window.taps, columns, &m.squares);
    filter_along(down.product, window.taps, columns, &m.product);
    SimilarityTerms row;
    for (std::size_t x = 0; x < columns; ++x) {
      const double u = double{m.a[x]}, v = double{m.b[x]};
      const double variances = window.unbias * (double{m.squares[x]} - u * u - v * v);
      const double covariance = window.unbias * (double{m.product[x]} - u * v);
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
