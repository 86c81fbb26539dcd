#include "metrics/structural_similarity.h"

#include <algorithm>
#include <limits>

#include "base/frame_check.h"
#include "metrics/colour_planes.h"

namespace stip {
namespace {

SimilarityWindow window_of(SimilarityConvention convention) {
  if (convention == SimilarityConvention::kStrict) return gaussian_window();
  constexpr int kSide = 7;
  SimilarityWindow window;
  window.taps.assign(kSide, 1.0f / kSide);
  window.range = 2 * 255;
  window.unbias = kSide * kSide / (kSide * kSide - 1.0);
  return window;
}

}  // namespace

double structural_similarity(const FrameView& a, const FrameView& b,
                             SimilarityConvention convention) {
  check_frame(a, b.width, b.height);
  const SimilarityWindow window = window_of(convention);
  if (std::min(a.width, a.height) < static_cast<int>(window.taps.size())) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto left = colour_planes(a);
  const auto right = colour_planes(b);
  double sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += similarity_terms(left[c], right[c], window).ssim;
  return sum / 3;
}

}  // namespace stip
