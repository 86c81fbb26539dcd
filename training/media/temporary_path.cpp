#include "media/temporary_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

// Beside the final name: a rename is only atomic inside one file system.
std::string hidden_name(const fs::path& final_path) {
  static std::atomic<int> count{0};
  const std::string name = "." + final_path.filename().string() + "." + std::to_string(getpid()) +
                           "-" + std::to_string(count++) + ".part";
  return (final_path.parent_path() / name).string();
}

void check_folder(const std::string& final_path) {
  fs::path folder = fs::path(final_path).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code code;
  if (!fs::is_directory(folder, code)) {
    throw Error(ErrorCode::kWriteFailed, "'" + final_path + "' cannot be written: the folder '" +
                                             folder.string() + "' does not exist");
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorCode::kWriteFailed, "'" + final_path +
                                             "' cannot be written: no permission "
                                             "to write into '" +
                                             folder.string() + "'");
  }
}

void sync_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

}  // namespace

TemporaryPath::TemporaryPath(const std::string& final_path, bool folder) : final_(final_path) {
  while (final_.size() > 1 && final_.back() == '/') final_.pop_back();
  check_folder(final_);
  path_ = hidden_name(final_);
  std::error_code code;
  if (folder && !fs::create_directory(path_, code)) {
    throw Error(ErrorCode::kWriteFailed,
                "the folder '" + final_ + "' cannot be made: " + code.message());
  }
}

TemporaryPath::~TemporaryPath() {
  std::error_code code;
  if (!committed_) fs::remove_all(path_, code);
}

void TemporaryPath::commit() {
  sync_file(path_);
  std::error_code code;
  fs::rename(path_, final_, code);
  if (code) {
    throw Error(ErrorCode::kWriteFailed, "'" + final_ + "' cannot be written: " + code.message());
  }
  committed_ = true;
}

}  // namespace stip::training
