#pragma once

#include <memory>
#include <string>

#include "data/clip_dataset.h"
#include "data/fixed_clips.h"
#include "run_config.h"

namespace stip::training {

/// The clips of a run.
struct FitData {
  std::unique_ptr<ClipDataset> train;
  std::unique_ptr<FixedClips> validation;  ///< null without data.validation

  /// One sentence about them.
  std::string text() const;
};

/// Opens what the configuration names, indexing every file once. Throws kInvalidArgument when there
/// is nothing to train on, when pictures do not have the model's size, or when a frame of
/// validation is trained on too (see check_for_leaks()); otherwise as open_sources().
FitData open_fit_data(const RunConfig& config);

}  // namespace stip::training
