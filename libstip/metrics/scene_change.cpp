#include "stip/scene_change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace stip {
namespace {

constexpr int kCells = 4;  // each way
constexpr int kBins = 16;
// A mean luma difference this much larger than the last one is as much as a cut makes.
constexpr double kFullJump = 0.25;

using Histograms = std::array<int, kCells * kCells * kBins>;

Histograms histograms_of(const Sketch& frame) {
  Histograms counts{};
  for (int y = 0; y < frame.rows; ++y) {
    const int cell_row = y * kCells / frame.rows * kCells;
    const std::uint8_t* row = frame.luma.data() + std::ptrdiff_t{y} * frame.columns;
    for (int x = 0; x < frame.columns; ++x) {
      const int cell = cell_row + x * kCells / frame.columns;
      ++counts[static_cast<std::size_t>(cell * kBins + row[x] * kBins / 256)];
    }
  }
  return counts;
}

// The share of pixels that have to change their bin.
double histogram_distance(const Sketch& a, const Sketch& b) {
  const Histograms left = histograms_of(a);
  const Histograms right = histograms_of(b);
  int moved = 0;
  for (std::size_t i = 0; i < left.size(); ++i) moved += std::abs(left[i] - right[i]);
  return moved / 2.0 / static_cast<double>(a.luma.size());
}

double mean_difference(const Sketch& a, const Sketch& b) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < a.luma.size(); ++i) {
    sum += static_cast<std::uint64_t>(std::abs(int{a.luma[i]} - int{b.luma[i]}));
  }
  return static_cast<double>(sum) / (255.0 * static_cast<double>(a.luma.size()));
}

}  // namespace

double SceneChange::measure(Sketch frame) {
  double score = 0;
  if (last_.has_value() && last_->width == frame.width && last_->height == frame.height) {
    const double difference = mean_difference(*last_, frame);
    const double jump = std::clamp((difference - last_difference_) / kFullJump, 0.0, 1.0);
    score = std::sqrt(jump * histogram_distance(*last_, frame));
    last_difference_ = difference;
  } else {
    last_difference_ = 0;
  }
  last_ = std::move(frame);
  return score;
}

void SceneChange::reset() {
  last_.reset();
  last_difference_ = 0;
}

}  // namespace stip
