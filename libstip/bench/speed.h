#pragma once

#include <optional>
#include <vector>

#include "predict/engine/engine.h"
#include "predict/engine/engine_model.h"
#include "predict/fit_geometry.h"
#include "predict/forecast.h"

namespace stip {

struct SpeedOptions {
  int width = 0;  ///< of the pictures; 0: the model's own
  int height = 0;
  int steps = 100;                 ///< timed ones
  int rollouts = 5;                ///< timed ones
  int horizon = 5;                 ///< of a rollout
  int context = 0;                 ///< of a rollout, 0: the model's own
  std::optional<StateMode> state;  ///< of a rollout; none: what the model was trained for
};

/// What was measured. A step takes one frame in and gives one prediction out as 8-bit pictures,
/// with nothing but the memory T kept from the step before: patching, encoders, merge, all layers,
/// decoders, output. A rollout takes one frame in and gives `horizon` predictions out.
struct Speed {
  FitGeometry geometry;
  int context = 0;
  StateMode state = StateMode::kWindow;
  std::vector<double> step_seconds;  ///< ascending
  std::vector<double> rollout_seconds;
  engine::StageTimes stages;  ///< of all timed steps
};

/// Runs a network on pictures of noise that move, after a warm-up of 5 steps and 1 rollout. `raw`
/// (may be null) receives the last rollout's predictions and the frames they were made from. Throws
/// kInvalidArgument for sizes, contexts and horizons out of range, kOutOfMemory.
Speed measure_speed(const engine::EngineModel& model, const SpeedOptions& options,
                    RawForecast* raw);

/// The value that a share of all values does not exceed; values ascend.
double percentile(const std::vector<double>& values, double share);

}  // namespace stip
