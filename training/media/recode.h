#pragma once

#include <string>
#include <vector>

#include "media/image.h"

namespace stip::training {

/// Codes the frames into `file` with encoders and muxer in gst-launch syntax, and gives what comes
/// back; the file is removed again. Without encoders the frames stay as they are. Errors: those of
/// EncodePipeline and VideoReader.
std::vector<Image> recode(const std::vector<Image>& frames, const std::string& encoders,
                          const std::string& file);

}  // namespace stip::training
