#pragma once

#include <string>

#include "media/image.h"
#include "stip/frame.h"

namespace stip::training {

/// Reads a picture that is no PNG. Errors as read_picture(). Any thread.
Image read_other_picture(const std::string& path);

/// Writes a JPEG of quality 95 in place; errors name `shown_path`.
void write_jpeg_file(const std::string& path, const std::string& shown_path,
                     const FrameView& picture);

}  // namespace stip::training
