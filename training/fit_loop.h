#pragma once

#include <memory>
#include <string>

#include "run_config.h"

namespace stip::training {

struct FitOptions {
  std::string folder;      ///< DIR: where everything is written
  bool resume = false;     ///< continue from DIR/checkpoints/last
  std::string init;        ///< a model file to start from; empty: none
  double max_minutes = 0;  ///< stop, as if interrupted, after so long; 0: no limit
  std::string command;     ///< the command line, for the record
};

/// Trains as configured. Writes DIR/{model.safetensors,config.yaml},
/// DIR/checkpoints/{last,best,step-N} and what RunRecord does (log, report, strips, event files).
/// model.safetensors holds the best weights by validation, or the newest without validation data.
/// Ends early, saved, when interrupted() or after max_minutes. Throws Error; a loss or gradient
/// that is no number stops it with the last checkpoint intact.
void fit(const RunConfig& config, const FitOptions& options);

}  // namespace stip::training
