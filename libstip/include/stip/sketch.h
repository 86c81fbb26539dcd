#pragma once

#include <cstdint>
#include <vector>

#include "stip/frame.h"

/// Judging predictions while they are made: pictures kept small enough to wait for the frame that
/// they are of, and compared in a few milliseconds whatever the video's size.
namespace stip {

/// What is kept of a picture. `factor` is round(short side / 256), at least 1: the reduction that
/// SSIM's authors recommend.
struct Sketch {
  int width = 0;  ///< of the picture, pixels
  int height = 0;
  int factor = 1;
  int columns = 0;  ///< of the reduced picture: width / factor, rounded up
  int rows = 0;
  std::vector<std::uint8_t> means;   ///< B, G, R: means of factor x factor pixels
  std::vector<std::uint8_t> luma;    ///< of the means (BT.601, full range)
  std::vector<std::uint8_t> pixels;  ///< B, G, R of one pixel out of each factor x factor
};

/// Reads every pixel once. Throws kInvalidArgument for a view without data.
Sketch make_sketch(const FrameView& frame);

/// Mean squared error in levels² over the kept pixels, all colours: an unbiased estimate of the
/// whole pictures' one (and equal to it where factor is 1). Sketches must be of one picture size,
/// here and below.
double squared_error(const Sketch& a, const Sketch& b);

/// SSIM (11x11 Gaussian window) of the reduced luma.
double ssim(const Sketch& a, const Sketch& b);

}  // namespace stip
