#include "metrics/multi_scale_similarity.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/frame_check.h"
#include "metrics/colour_planes.h"

namespace stip {
namespace {

constexpr std::array<double, 5> kExponents = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
constexpr int kSmallestSide = 11 << 4;  // a window fits the fifth scale

Plane halved(const Plane& plane) {
  Plane half{plane.width / 2, plane.height / 2, {}};
  half.values.reserve(static_cast<std::size_t>(half.width) * half.height);
  for (int y = 0; y < half.height; ++y) {
    const float* upper = plane.values.data() + static_cast<std::ptrdiff_t>(plane.width) * 2 * y;
    const float* lower = upper + plane.width;
    for (int x = 0; x < half.width; ++x) {
      half.values.push_back((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]) /
                            4);
    }
  }
  return half;
}

GaussianSimilarities plane_similarities(Plane a, Plane b) {
  static const SimilarityWindow window = gaussian_window();
  const bool one_scale = std::min(a.width, a.height) < kSmallestSide;
  GaussianSimilarities result{0, one_scale ? std::numeric_limits<double>::quiet_NaN() : 1};
  for (std::size_t scale = 0; scale < kExponents.size(); ++scale) {
    const SimilarityTerms terms = similarity_terms(a, b, window);
    if (scale == 0) result.ssim = terms.ssim;
    if (one_scale) break;
    const bool last = scale + 1 == kExponents.size();
    result.ms_ssim *= std::pow(std::max(0.0, last ? terms.ssim : terms.cs), kExponents[scale]);
    if (last) break;
    a = halved(a);
    b = halved(b);
  }
  return result;
}

}  // namespace

GaussianSimilarities gaussian_similarities(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  auto left = colour_planes(a);
  auto right = colour_planes(b);
  GaussianSimilarities mean{0, 0};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto plane = plane_similarities(std::move(left[c]), std::move(right[c]));
    mean.ssim += plane.ssim / 3;
    mean.ms_ssim += plane.ms_ssim / 3;
  }
  return mean;
}

double multi_scale_similarity(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  if (std::min(a.width, a.height) < kSmallestSide) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return gaussian_similarities(a, b).ms_ssim;
}

}  // namespace stip
