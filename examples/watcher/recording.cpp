#include "recording.h"

#include <glib.h>

#include <filesystem>

#include "failure.h"

namespace watcher {
namespace {

namespace fs = std::filesystem;

// Empty where the video is no file.
fs::path file_of(const std::string& uri) {
  gchar* name = g_filename_from_uri(uri.c_str(), nullptr, nullptr);
  const fs::path file(name != nullptr ? name : "");
  g_free(name);
  return file;
}

// Through links of both kinds; also where there is no such file yet, and recording would make it.
bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code unknown;
  if (fs::equivalent(a, b, unknown)) return true;
  const fs::path left = fs::weakly_canonical(a, unknown);
  return !left.empty() && left == fs::weakly_canonical(fs::absolute(b, unknown), unknown);
}

// Devices and pipes take what is written and lose nothing; neither does an empty file, which is
// what a recording leaves behind whose video never came.
bool holds_something(const fs::path& path) {
  std::error_code unknown;
  const fs::file_status status = fs::status(path, unknown);
  if (fs::is_regular_file(status)) return fs::file_size(path, unknown) > 0;
  return fs::is_directory(status);
}

}  // namespace

void check_recording(const std::string& source_uri, const std::string& path) {
  if (path.empty()) return;
  const fs::path source = file_of(source_uri);
  if (!source.empty() && same_file(source, path)) {
    throw Failure("'" + path + "' is the video to be watched; give --record another name.");
  }
  if (holds_something(path)) {
    throw Failure("'" + path + "' exists already; give --record another name, or remove it.");
  }
}

}  // namespace watcher
