#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/fixed_clips.h"
#include "stip/predictor.h"

namespace stip::training {

/// PSNR in dB at one horizon, mean over frames: of the model, and of copying the newest frame.
struct HorizonScore {
  double model = 0;
  double copy_last = 0;
};

/// One source's scores; horizons[k-1] is horizon k.
struct ClipScores {
  std::string name;
  std::int64_t frames = 0;  ///< of the source
  std::int64_t starts = 0;
  std::vector<HorizonScore> horizons;
};

struct Scores {
  std::vector<ClipScores> clips;
  std::vector<HorizonScore> mean;  ///< over clips
  double seconds_per_rollout = 0;  ///< of predicting all horizons, median

  double mean_psnr() const;  ///< of the model, over horizons
};

/// Measures a model on clips of context + horizon frames, each from a fresh state: predictions are
/// clamped and rounded to 8 bit, as the element shows them, and compared with the frames that
/// really came. `progress(done, all)` is called after each. Errors: those of the model and the
/// clips.
Scores evaluate(const Model& model, const FixedClips& clips, int context, int horizon,
                const std::function<void(std::int64_t, std::int64_t)>& progress = nullptr);

}  // namespace stip::training
