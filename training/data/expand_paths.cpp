#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "data/file_names.h"
#include "data/frame_archive.h"
#include "data/frame_source.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

// Depth first: the folder's own pictures, its videos, then its sub-folders.
void expand_folder(const std::string& folder, std::vector<std::string>& found) {
  std::vector<std::string> videos;
  std::vector<std::string> folders;
  bool pictures = false;
  for (const std::string& name : list_folder(folder)) {
    const std::string path = (fs::path(folder) / name).string();
    std::error_code code;
    if (fs::is_directory(path, code)) {
      folders.push_back(path);
    } else if (is_picture_name(name)) {
      pictures = true;
    } else if (is_video_name(name) || is_archive_name(name)) {
      videos.push_back(path);
    }
  }
  if (pictures) found.push_back(folder);
  found.insert(found.end(), videos.begin(), videos.end());
  for (const std::string& path : folders) expand_folder(path, found);
}

}  // namespace

std::vector<std::string> expand_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    std::error_code code;
    if (!fs::exists(path, code)) {
      throw Error(ErrorCode::kNotFound, "'" + path + "' does not exist: check the path");
    }
    if (!fs::is_directory(path, code)) {
      found.push_back(path);  // a file named outright is tried, whatever its extension
      continue;
    }
    const std::size_t before = found.size();
    expand_folder(path, found);
    if (found.size() == before) {
      throw Error(ErrorCode::kWrongKind,
                  "the folder '" + path + "' holds no videos and no pictures (nor do its folders)");
    }
  }
  return found;
}

}  // namespace stip::training
