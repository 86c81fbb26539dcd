#include "measures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/absolute_error.h"
#include "metrics/multi_scale_similarity.h"
#include "metrics/psnr.h"
#include "metrics/sharpness.h"
#include "metrics/structural_similarity.h"

namespace stip::training {

Measures no_measures() {
  Measures measures;
  measures.fill(std::numeric_limits<double>::quiet_NaN());
  return measures;
}

Measures measure(const FrameView& prediction, const FrameView& truth,
                 const MeasureOptions& options) {
  Measures result = no_measures();
  const double squared = squared_error(prediction, truth);
  result[kPsnr] = psnr(squared);
  if (options.psnr_alone) return result;
  const bool paper = options.convention == MetricConvention::kPaper;
  const double values = paper ? 3.0 * truth.width * truth.height : 1;
  result[kMse] = squared / (255.0 * 255.0) * values;
  result[kMae] = absolute_error(prediction, truth) / 255.0 * values;
  if (!paper && std::min(truth.width, truth.height) >= 11) {
    const GaussianSimilarities both = gaussian_similarities(prediction, truth);
    result[kSsim] = both.ssim;
    result[kMsSsim] = both.ms_ssim;
  } else if (paper) {
    result[kSsim] = structural_similarity(prediction, truth, SimilarityConvention::kPaper);
    result[kMsSsim] = multi_scale_similarity(prediction, truth);
  }
  if (options.lpips) result[kLpips] = options.lpips(prediction, truth);
  const double true_energy = laplacian_energy(truth);
  if (true_energy > 0) result[kSharpness] = laplacian_energy(prediction) / true_energy;
  return result;
}

void MeasureMean::add(const Measures& measures) {
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (std::isnan(measures[i])) continue;
    sums_[i] += measures[i];
    ++counts_[i];
  }
}

Measures MeasureMean::mean() const {
  Measures result = no_measures();
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (counts_[i] > 0) result[i] = sums_[i] / static_cast<double>(counts_[i]);
  }
  return result;
}

}  // namespace stip::training
