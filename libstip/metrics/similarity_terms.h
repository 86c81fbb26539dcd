#pragma once

#include <cstddef>
#include <vector>

namespace stip {

/// A plane of values 0..255, rows without padding.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values;
};

/// What the structural similarity of two planes is made of.
struct SimilarityWindow {
  std::vector<float> taps;  ///< of the separable window; an odd number, sum 1
  double range = 255;       ///< what counts as the span of values, on the scale 0..255
  double unbias = 1;        ///< N / (N - 1) for sample (co)variances, else 1
};

/// Means over all places where the whole window is inside:
/// ssim = (2 m_a m_b + c1) (2 s_ab + c2) / ((m_a^2 + m_b^2 + c1) (s_a^2 + s_b^2 + c2)), and `cs`,
/// its second factor alone; c1 = (0.01 range)^2, c2 = (0.03 range)^2.
struct SimilarityTerms {
  double ssim = 0;
  double cs = 0;
};

/// Planes of one size, no side smaller than the window.
SimilarityTerms similarity_terms(const Plane& a, const Plane& b, const SimilarityWindow& window);

/// Gaussian of sigma 1.5 over 11 pixels.
SimilarityWindow gaussian_window();

/// out[i] = sum over t of taps[t] * from[i + t * step], for i in 0..count-1.
void filter(const float* from, std::size_t step, const std::vector<float>& taps, std::size_t count,
            float* out);

}  // namespace stip
