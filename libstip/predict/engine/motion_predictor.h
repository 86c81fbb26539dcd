#pragma once

#include <memory>

#include "predict/engine/engine_model.h"

namespace stip::engine {

/// MotionNetwork as a Predictor; needs the module of optical flow. Its memory is always that of a
/// window of `context` frames, and options that fit pictures to a network have no effect.
std::unique_ptr<Predictor> make_motion_predictor(std::shared_ptr<const EngineModel> model,
                                                 const PredictorOptions& options, int context);

}  // namespace stip::engine
