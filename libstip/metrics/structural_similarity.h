#pragma once

#include "stip/frame.h"

namespace stip {

enum class SimilarityConvention {
  kStrict,  ///< Gaussian window of 11 pixels, sigma 1.5; range 1 (of values 0..1)
  kPaper    ///< as the release calls scikit-image: uniform 7x7 window, sample covariance, range 2
};

/// SSIM of two 8-bit pictures of one size and pixel order: mean over the windows that lie inside,
/// then over colours. Not a number when a side is smaller than the window.
double structural_similarity(const FrameView& a, const FrameView& b,
                             SimilarityConvention convention);

}  // namespace stip
