#pragma once

#include <cstdint>
#include <map>

#include "stip/sketch.h"

namespace stip {

/// How near predictions came to the frames that they were of.
struct Quality {
  double psnr = 0;  ///< dB, over all colours (see squared_error(Sketch))
  double ssim = 0;  ///< of the luma
};

/// One prediction judged: its own quality, and that of the frame it was made from, shown instead.
struct Comparison {
  Quality model;
  Quality copy_last;
};

/// `newest` is the frame that the prediction of `truth` was made from.
Comparison compare(const Sketch& truth, const Sketch& prediction, const Sketch& newest);

/// Means over the predictions of one horizon: of the first 100 the plain mean of decibels (as
/// stip-train eval has it), later ones fade with a time constant of 100 predictions.
struct RunningComparison {
  std::uint64_t count = 0;
  Comparison mean;

  void add(const Comparison& one);
};

/// By horizon. One thread.
class QualityRecord {
 public:
  void add(int horizon, const Comparison& one) { horizons_[horizon].add(one); }
  const std::map<int, RunningComparison>& horizons() const { return horizons_; }
  void clear() { horizons_.clear(); }

 private:
  std::map<int, RunningComparison> horizons_;
};

}  // namespace stip
