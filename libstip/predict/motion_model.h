#pragma once

#include "motion/flow_module.h"
#include "stip/predictor.h"

namespace stip {

/// The built-in models that follow the motion seen: kFlow carries the newest frame along its
/// optical flow; kBlend mixes that with blurred and aligned pictures (see Blend).
enum class MotionKind { kFlow, kBlend };

/// Needs no weights and no LibTorch, but the module with OpenCV's optical flow.
class MotionModel : public Model {
 public:
  /// Throws kMissingModule when the module cannot be opened. Threads 0: as many as help.
  MotionModel(MotionKind kind, FlowPreset preset, int threads);

  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

 private:
  MotionKind kind_;
  FlowPreset preset_;
  int threads_;
  ModelInfo info_;
};

}  // namespace stip
