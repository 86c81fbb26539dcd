#pragma once

#include <string>

#include "media/image.h"
#include "stip/frame.h"

namespace stip::training {

/// Reads one picture: PNG, and with GStreamer JPEG and whatever else it decodes; transparency is
/// dropped. Errors as index_video(); kMissingModule without GStreamer. Any thread.
Image read_picture(const std::string& path);

/// Writes a PNG, replacing `path` only once it is complete. kWriteFailed (permission, full disk, no
/// such folder). Any thread.
void write_png(const std::string& path, const FrameView& picture);

/// The same as a JPEG of quality 95; kMissingModule without GStreamer.
void write_jpeg(const std::string& path, const FrameView& picture);

}  // namespace stip::training
