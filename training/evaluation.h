#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bootstrap.h"
#include "data/fixed_clips.h"
#include "measures.h"
#include "media/image.h"
#include "stip/predictor.h"

namespace stip::training {

/// What is measured side by side: the model, and three predictors that need no training.
enum Column { kModelColumn, kCopyLastColumn, kFlowColumn, kBlendColumn, kColumnCount };
constexpr std::array<const char*, kColumnCount> kColumnNames = {"model", "copy_last", "flow",
                                                                "blend"};

/// Starts by how much moves: by the PSNR of copying the newest frame one step ahead.
enum Kind { kStill, kSlow, kFast, kKindCount };
constexpr std::array<const char*, kKindCount> kKindNames = {"still", "slow", "fast"};
constexpr double kStillFrom = 40;  ///< dB
constexpr double kFastBelow = 30;  ///< dB

/// Means at one horizon. A column that is not measured has no values.
using HorizonScores = std::array<Measures, kColumnCount>;

/// Of one source, or of one kind of starts; horizons[k-1] is horizon k.
struct GroupScores {
  std::string name;
  std::int64_t frames = 0;  ///< of the source
  std::int64_t starts = 0;
  std::vector<HorizonScores> horizons;  ///< mean over starts
};

/// 95 % intervals at one horizon, of the mean over clips.
struct HorizonIntervals {
  Interval psnr;                               ///< of the model
  std::array<Interval, kColumnCount> gains{};  ///< of the model's PSNR over each column's
};

struct Scores {
  std::vector<GroupScores> clips;
  std::vector<HorizonScores> mean;  ///< over clips
  std::vector<GroupScores> kinds;   ///< those that occur
  std::vector<HorizonIntervals> intervals;
  double seconds_per_rollout = 0;  ///< of the model predicting all horizons, median

  double mean_psnr() const;  ///< of the model, over horizons
};

HorizonScores mean_over_horizons(const std::vector<HorizonScores>& horizons);

/// What was predicted from one start, while it is measured. Borrowed.
struct EvaluatedStart {
  const ClipSample& clip;
  int lead = 0;                     ///< frames of the clip before the first predicted one
  std::int64_t starts_in_clip = 0;  ///< so far, this one not counted
  /// [column][k-1]; empty for a column that is not measured.
  const std::array<std::vector<Image>, kColumnCount>& predictions;
};

struct EvaluationOptions {
  int context = 1;  ///< frames the model is given
  int lead = 1;     ///< frames the yardsticks are given, at least `context`
  int horizon = 1;
  MeasureOptions measures;
  /// Null: not measured. Copying needs none.
  std::shared_ptr<const Model> flow;
  std::shared_ptr<const Model> blend;
  std::function<void(std::int64_t done, std::int64_t all)> progress;
  std::function<void(const EvaluatedStart&)> observe;
};

/// Measures a model on clips of lead + horizon frames, each from a fresh state: predictions are
/// clamped and rounded to 8 bit, as the element shows them, and compared with the frames that
/// really came. Memory does not grow with the number of starts. Errors: those of the models and the
/// clips.
Scores evaluate(const Model& model, const FixedClips& clips, const EvaluationOptions& options);

}  // namespace stip::training
