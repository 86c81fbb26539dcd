#pragma once

#include "stip/frame.h"

namespace stip {

/// MS-SSIM (Wang et al. 2003) of two 8-bit pictures of one size and pixel order: with Gaussian
/// windows of 11 pixels, sigma 1.5, the product over five scales, each half as large as the one
/// before (mean of 2x2 pixels), of cs^0.0448 cs^0.2856 cs^0.3001 cs^0.2363 ssim^0.1333, negative
/// factors counted as 0; mean over colours. Not a number when a side is smaller than 176 pixels.
double multi_scale_similarity(const FrameView& a, const FrameView& b);

/// Both at once: the first scale of MS-SSIM is SSIM (kStrict).
struct GaussianSimilarities {
  double ssim;
  double ms_ssim;  ///< not a number when a side is smaller than 176 pixels
};

/// No side may be smaller than 11 pixels.
GaussianSimilarities gaussian_similarities(const FrameView& a, const FrameView& b);

}  // namespace stip
