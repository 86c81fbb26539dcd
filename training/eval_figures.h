#pragma once

#include <string>

#include "evaluation.h"

namespace stip::training {

/// Pictures of an evaluation in a folder, made if needed:
/// - NN-clip-strip.png: truth and predictions (rows) at up to five horizons (columns), from the
/// start
///   of each clip where copying fails most;
/// - NN-clip-error.png: the same start, |prediction - truth| times four;
/// - curves.png: PSNR, SSIM, LPIPS and sharpness over horizons, mean over clips.
class EvalFigures {
 public:
  /// Throws kWriteFailed if the folder cannot be made.
  explicit EvalFigures(const std::string& folder);

  /// To be called for each start. Throws kWriteFailed.
  void add(const EvaluatedStart& start);

  /// Once, at the end.
  void finish(const Scores& scores);

 private:
  void write_clip();

  std::string folder_;
  int clips_ = 0;
  std::string clip_;
  double worst_ = -1;
  Image strip_;
  Image errors_;
};

}  // namespace stip::training
