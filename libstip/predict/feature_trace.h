#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stip/predictor.h"

namespace stip {

/// What a network computed inside at one place of one step: `channels` maps of the core's size.
struct FeatureMaps {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<float> values;  ///< [channels, height, width]
};

/// One step, as the paper's Fig. 5 shows it.
struct FeatureStep {
  FeatureMaps temporal;     ///< T, the temporal encoder's feature
  FeatureMaps spatial;      ///< S, the spatial encoder's
  FeatureMaps trend_gate;   ///< R of the second layer (the only one's, if there is one)
  FeatureMaps update_gate;  ///< Z of that layer
};

/// Looks into a model file's network with the readable implementation, on the CPU in fp32.
class FeatureTracer {
 public:
  /// Throws what loading a model throws. threads 0: all.
  FeatureTracer(const std::string& model_file, int threads);
  ~FeatureTracer();

  /// From zero state over the given frames (of one size, at least one) and then over predictions:
  /// one step for each frame given, and `horizon` - 1 more. Throws kInvalidArgument, kOutOfMemory.
  std::vector<FeatureStep> trace(const std::vector<FrameView>& frames, int horizon);

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace stip
