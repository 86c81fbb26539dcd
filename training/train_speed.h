#pragma once

#include <string>
#include <vector>

#include "run_config.h"

namespace stip::training {

struct TrainSpeed {
  std::vector<double> iteration_seconds;  ///< ascending
  double frame_loss = 0;                  ///< of the last iteration
  std::string device;                     ///< cpu, or cuda:N
  long long peak_memory = 0;              ///< bytes, of the process
  long long peak_device_memory = 0;       ///< bytes, of tensors on a GPU
  long long estimated_memory = 0;         ///< what estimate_training_memory() says of it
};

/// Times iterations of a configuration's training rule after one that warms up, on pictures of
/// noise: what data and files cost is left out. An iteration ends when the device has done its
/// work.
TrainSpeed measure_training(const RunConfig& config, int iterations);

}  // namespace stip::training
