#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "stip/frame.h"

namespace stip::training {

/// The quality figures of a predicted frame.
enum Measure { kMse, kMae, kPsnr, kSsim, kMsSsim, kLpips, kSharpness, kMeasureCount };
constexpr std::array<const char*, kMeasureCount> kMeasureNames = {
    "mse", "mae", "psnr", "ssim", "ms_ssim", "lpips", "sharpness"};

/// One value a measure; not a number: not available.
using Measures = std::array<double, kMeasureCount>;

/// No value at all.
Measures no_measures();

/// What figures mean; see docs/training.md.
enum class MetricConvention {
  kStrict,  ///< values 0..1, means; SSIM with a Gaussian window and range 1
  kPaper    ///< as the release counts: sums over a frame; SSIM with range 2 and a 7x7 window
};

struct MeasureOptions {
  MetricConvention convention = MetricConvention::kStrict;
  bool psnr_alone = false;  ///< the others are not available, and cost nothing
  /// LPIPS of (prediction, truth), if it can be had. Any thread.
  std::function<double(const FrameView&, const FrameView&)> lpips;
};

/// Of two 8-bit pictures of one size, BGR.
Measures measure(const FrameView& prediction, const FrameView& truth,
                 const MeasureOptions& options);

/// A mean that takes one set of figures at a time; each figure over those that were available.
class MeasureMean {
 public:
  void add(const Measures& measures);
  Measures mean() const;

 private:
  Measures sums_{};
  std::array<std::int64_t, kMeasureCount> counts_{};
};

}  // namespace stip::training
