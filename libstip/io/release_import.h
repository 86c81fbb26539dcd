#pragma once

#include <string>

#include "io/model_file.h"

namespace stip {

/// Makes a model file from a generator checkpoint of the release. Throws what reading it throws
/// (release_checkpoint.h) and kWriteFailed.
void import_release_generator(const std::string& checkpoint, const ModelFileHeader& header,
                              const std::string& model_file);

/// Throws unless the discriminator checkpoint fits the configuration.
void check_release_discriminator(const std::string& checkpoint, const ModelConfig& model,
                                 const DiscriminatorConfig& config);

}  // namespace stip
