#pragma once

#include <string>
#include <vector>

namespace stip::training {

/// True if the name ends as a picture that we read does (.png .jpg .jpeg .bmp .tif .tiff .ppm .pgm
/// .webp; upper or lower case).
bool is_picture_name(const std::string& name);

/// True if the name ends as a video (.mp4 .mkv .avi .mov .webm and others; upper or lower case).
bool is_video_name(const std::string& name);

/// True if `a` comes before `b` when numbers inside the names count as numbers: img2 before img10.
bool natural_less(const std::string& a, const std::string& b);

/// The names in a folder, hidden ones left out, in natural order. kNotFound, kUnreadable.
std::vector<std::string> list_folder(const std::string& folder);

}  // namespace stip::training
