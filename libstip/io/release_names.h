#pragma once

#include <string>

namespace stip {

/// The release's name of one of our parameters: `spatial_encoder.levels.0.weight` is
/// `s_encoders.0.encoder_s0.weight` there. Model files and checkpoints use the release's names, so
/// that its users recognise them. Throws kFailed for a name that is none of ours.
std::string release_generator_name(const std::string& ours);
std::string release_discriminator_name(const std::string& ours);

}  // namespace stip
