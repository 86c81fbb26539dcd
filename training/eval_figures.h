#pragma once

#include <optional>
#include <string>

#include "evaluation.h"
#include "predict/feature_trace.h"

namespace stip::training {

/// Pictures of an evaluation in a folder, made if needed, of the start of each clip where copying
/// fails most:
/// - NN-clip-strip.png: truth and predictions (rows) at up to five horizons (columns);
/// - NN-clip-error.png: |prediction - truth| times four;
/// - NN-clip-features.png: what the network computed inside (see feature_figure());
/// and curves.png: PSNR, SSIM, LPIPS and sharpness over horizons, mean over clips.
class EvalFigures {
 public:
  /// What the features are made with; without it there are none.
  struct Network {
    std::string model_file;
    int context = 0;
    int threads = 0;
  };

  /// Throws kWriteFailed if the folder cannot be made, and what FeatureTracer throws.
  EvalFigures(const std::string& folder, const std::optional<Network>& network);

  /// To be called for each start. Throws kWriteFailed.
  void add(const EvaluatedStart& start);

  /// Once, at the end.
  void finish(const Scores& scores);

 private:
  void write_clip();

  std::string folder_;
  int context_ = 0;
  std::optional<FeatureTracer> tracer_;
  int clips_ = 0;
  std::string clip_;
  double worst_ = -1;
  Image strip_;
  Image errors_;
  std::vector<Image> given_;  // the network's frames, if it is traced
  int horizon_ = 0;
};

}  // namespace stip::training
