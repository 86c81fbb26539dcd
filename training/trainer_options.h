#pragma once

#include "run_config.h"
#include "train/train_options.h"

namespace stip::training {

/// What a Trainer is told of a configuration.
TrainerOptions trainer_options(const RunConfig& config);

}  // namespace stip::training
