#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/activation_ranges.h"
#include "stip/predictor.h"

namespace stip {

/// What int8 costs in quality: its predictions against fp32's, both clamped to what is shown.
struct Int8Quality {
  std::vector<double> psnr;  ///< dB, of horizon 1, 2, ..
  double clipped = 0;        ///< 0..1: rounded values that were cut off
};

/// Measures what int8 needs to know of a model: runs it in fp32 on the CPU over clips of ordinary
/// video, rollouts included, and notes what the tensors' values lie between. Clips are frames of
/// one size, at least as many as the model's context; a prediction is made after each frame from
/// there on. Throws what loading and running a model throw.
class Int8Calibration {
 public:
  Int8Calibration(const std::string& model_file, int horizon, int threads);
  ~Int8Calibration();

  int context() const;
  void measure(const std::vector<FrameView>& clip);
  /// After the last measure(): int8 with the ranges found, against fp32.
  void check(const std::vector<FrameView>& clip);
  /// Of all that was checked.
  Int8Quality quality() const;
  /// What was measured, for with_activation_ranges().
  ActivationRanges ranges() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace stip
