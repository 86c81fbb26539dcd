#include "predict/engine/resample.h"

#include <algorithm>
#include <cmath>

namespace stip::engine {
namespace {

constexpr int kColours = 3;

}  // namespace

Resampler::Resampler(int from_height, int from_width, int to_height, int to_width)
    : from_height_(from_height),
      from_width_(from_width),
      rows_(resample_taps(from_height, to_height)),
      columns_(resample_taps(from_width, to_width)),
      narrow_(static_cast<std::size_t>(from_height) * static_cast<std::size_t>(to_width) *
              kColours) {}

std::vector<ResampleTaps> resample_taps(int from, int to) {
  const double ratio = static_cast<double>(from) / to;
  const double reach = std::max(1.0, ratio);
  std::vector<ResampleTaps> all(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    ResampleTaps& taps = all[static_cast<std::size_t>(i)];
    const double centre = ratio * (i + 0.5);
    taps.first = std::max(0, static_cast<int>(centre - reach + 0.5));
    const int end = std::min(from, static_cast<int>(centre + reach + 0.5));
    double total = 0;
    std::vector<double> weights;
    for (int j = taps.first; j < end; ++j) {
      weights.push_back(std::max(0.0, 1 - std::abs((j + 0.5 - centre) / reach)));
      total += weights.back();
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / total));
  }
  return all;
}

void Resampler::run(const float* from, float* to, ThreadPool& pool) {
  const auto narrow_step = static_cast<std::ptrdiff_t>(columns_.size()) * kColours;
  pool.run(from_height_, [&](int y, int) {
    const float* in = from + std::ptrdiff_t{y} * from_width_ * kColours;
    float* out = narrow_.data() + y * narrow_step;
    for (const ResampleTaps& taps : columns_) {
      float sum[kColours] = {};
      const float* pixel = in + std::ptrdiff_t{taps.first} * kColours;
      for (const float weight : taps.weights) {
        for (float& colour : sum) colour += weight * *pixel++;
      }
      out = std::copy_n(sum, kColours, out);
    }
  });
  pool.run(static_cast<int>(rows_.size()), [&](int y, int) {
    const ResampleTaps& taps = rows_[static_cast<std::size_t>(y)];
    float* out = to + y * narrow_step;
    std::fill_n(out, narrow_step, 0.0f);
    const float* in = narrow_.data() + taps.first * narrow_step;
    for (const float weight : taps.weights) {
      for (std::ptrdiff_t i = 0; i < narrow_step; ++i) out[i] += weight * in[i];
      in += narrow_step;
    }
  });
}

}  // namespace stip::engine
