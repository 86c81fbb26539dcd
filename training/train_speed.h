#pragma once

#include <vector>

#include "run_config.h"

namespace stip::training {

struct TrainSpeed {
  std::vector<double> iteration_seconds;  ///< ascending
  double frame_loss = 0;                  ///< of the last iteration
  long long peak_memory = 0;              ///< bytes, of the process
  long long estimated_memory = 0;         ///< what estimate_training_memory() says of it
};

/// Times iterations of a configuration's training rule after one that warms up, on pictures of
/// noise: what data and files cost is left out.
TrainSpeed measure_training(const RunConfig& config, int iterations);

}  // namespace stip::training
