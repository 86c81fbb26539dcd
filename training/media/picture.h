#pragma once

#include <string>

#include "media/image.h"
#include "stip/frame.h"

namespace stip::training {

/// Reads one picture (PNG, JPEG, whatever GStreamer decodes; transparency is dropped). Errors as
/// index_video(). Any thread.
Image read_picture(const std::string& path);

/// Writes a PNG, replacing `path` only once it is complete. kWriteFailed (permission, full disk, no
/// such folder). Any thread.
void write_png(const std::string& path, const FrameView& picture);

/// The same as a JPEG of quality 95.
void write_jpeg(const std::string& path, const FrameView& picture);

}  // namespace stip::training
