#pragma once

#include <string>

#include "media/image.h"
#include "stip/frame.h"

namespace stip::training {

/// Whether a file begins as a PNG does; false also where it cannot be read.
bool is_png(const std::string& path);

/// Reads a PNG of any kind as 8-bit colours: 16 bits are cut to 8, grey is spread, transparency is
/// dropped, gamma is not looked at (as pngdec does). kUnreadable; kCorrupt (damaged, cut short, or
/// sides of more than 16384 pixels). Any thread.
Image read_png(const std::string& path);

/// `level`: of compression, 1 (fast) to 9. The file is written in place. kWriteFailed. Any thread.
void write_png_file(const std::string& path, const FrameView& picture, int level);

}  // namespace stip::training
