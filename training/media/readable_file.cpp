#include "media/readable_file.h"

#include <unistd.h>

#include <filesystem>

#include "stip/error.h"

namespace stip::training {

void check_readable_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorCode::kNotFound, "'" + path + "' does not exist: check the path");
  }
  if (code) {
    throw Error(ErrorCode::kUnreadable, "'" + path + "' cannot be opened: " + code.message());
  }
  if (fs::is_directory(status)) {
    throw Error(ErrorCode::kUnreadable, "'" + path + "' is a folder, a video file is needed here");
  }
  if (!fs::is_regular_file(status)) {
    throw Error(ErrorCode::kWrongKind, "'" + path + "' is a device or a pipe: give a regular file");
  }
  if (access(path.c_str(), R_OK) != 0) {
    throw Error(ErrorCode::kUnreadable, "'" + path + "' may not be read: check its permissions");
  }
  if (fs::file_size(path, code) == 0) {
    throw Error(ErrorCode::kCorrupt, "'" + path + "' is empty");
  }
}

}  // namespace stip::training
