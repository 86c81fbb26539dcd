#include "metrics/ssim.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/frame_check.h"
#include "metrics/similarity_terms.h"
#include "metrics/wide.h"

namespace stip {
namespace {

constexpr int kWindow = 11;
constexpr float kC1 = 0.01F * 255 * 0.01F * 255;
constexpr float kC2 = 0.03F * 255 * 0.03F * 255;

// Of a, b, a² + b² and a b, for one row.
using Moments = std::array<std::vector<float>, 4>;

// Adds one row of pixels, weighted. (A pointer to bytes might point to anything.)
STIP_WIDE void add(const std::uint8_t* a, const std::uint8_t* b, float weight, std::size_t width,
                   float* __restrict__ sum_a, float* __restrict__ sum_b,
                   float* __restrict__ sum_squares, float* __restrict__ sum_product) {
  for (std::size_t x = 0; x < width; ++x) {
    const float left = a[x];
    const float right = b[x];
    sum_a[x] += weight * left;
    sum_b[x] += weight * right;
    sum_squares[x] += weight * (left * left + right * right);
    sum_product[x] += weight * (left * right);
  }
}

// SSIM at each place, in place of the first mean.
STIP_WIDE void similarities(float* mean_a, const float* mean_b, const float* mean_squares,
                            const float* mean_product, std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) {
    const float product = mean_a[x] * mean_b[x];
    const float squares = mean_a[x] * mean_a[x] + mean_b[x] * mean_b[x];
    const float covariance = mean_product[x] - product;
    const float variances = mean_squares[x] - squares;
    mean_a[x] =
        (2 * product + kC1) * (2 * covariance + kC2) / ((squares + kC1) * (variances + kC2));
  }
}

// Weighted means over a row of windows. The window is applied down the columns first: both loops
// then run along rows, which compilers vectorise.
class WindowRow {
 public:
  explicit WindowRow(int width) : width_(static_cast<std::size_t>(width)) {
    for (Moments* moments : {&down_, &mean_}) {
      for (auto& row : *moments) row.resize(width_);
    }
  }

  double sum_of_ssim(const std::uint8_t* a, const std::uint8_t* b) {
    for (auto& row : down_) std::fill(row.begin(), row.end(), 0.0F);
    for (std::size_t i = 0; i < kWindow; ++i) {
      add(a + i * width_, b + i * width_, taps_[i], width_, down_[0].data(), down_[1].data(),
          down_[2].data(), down_[3].data());
    }
    const std::size_t count = width_ - kWindow + 1;
    for (std::size_t m = 0; m < down_.size(); ++m) {
      filter(down_[m].data(), 1, taps_, count, mean_[m].data());
    }
    similarities(mean_[0].data(), mean_[1].data(), mean_[2].data(), mean_[3].data(), count);
    double sum = 0;
    for (std::size_t x = 0; x < count; ++x) sum += double{mean_[0][x]};
    return sum;
  }

 private:
  const std::vector<float> taps_ = gaussian_window().taps;
  std::size_t width_;
  Moments down_;
  Moments mean_;
};

struct Size {
  int width;
  int height;
};

std::vector<std::uint8_t> enlarged(const std::uint8_t* plane, Size from, Size to) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < to.height; ++y) {
    const std::uint8_t* row = plane + std::ptrdiff_t{std::min(y, from.height - 1)} * from.width;
    for (int x = 0; x < to.width; ++x) pixels.push_back(row[std::min(x, from.width - 1)]);
  }
  return pixels;
}

double ssim_of_large_planes(const std::uint8_t* a, const std::uint8_t* b, Size size) {
  WindowRow row(size.width);
  double sum = 0;
  for (int y = 0; y + kWindow <= size.height; ++y) {
    const std::ptrdiff_t first = std::ptrdiff_t{y} * size.width;
    sum += row.sum_of_ssim(a + first, b + first);
  }
  return sum / (double{1} * (size.width - kWindow + 1) * (size.height - kWindow + 1));
}

void take_colour(const FrameView& frame, int colour, std::vector<std::uint8_t>* plane) {
  plane->clear();
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* row = frame.data + y * frame.stride + colour;
    for (int x = 0; x < frame.width; ++x) plane->push_back(row[3 * x]);
  }
}

}  // namespace

double ssim_of_planes(const std::uint8_t* a, const std::uint8_t* b, int width, int height) {
  const Size size{width, height};
  if (width >= kWindow && height >= kWindow) return ssim_of_large_planes(a, b, size);
  const Size larger{std::max(width, kWindow), std::max(height, kWindow)};
  return ssim_of_large_planes(enlarged(a, size, larger).data(), enlarged(b, size, larger).data(),
                              larger);
}

double ssim(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  std::vector<std::uint8_t> left;
  std::vector<std::uint8_t> right;
  double sum = 0;
  for (int colour = 0; colour < 3; ++colour) {
    take_colour(a, colour, &left);
    take_colour(b, colour, &right);
    sum += ssim_of_planes(left.data(), right.data(), a.width, a.height);
  }
  return sum / 3;
}

}  // namespace stip
