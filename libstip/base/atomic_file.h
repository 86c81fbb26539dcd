#pragma once

#include <cstddef>
#include <string>

namespace stip {

/// A file that appears under its name whole or not at all: bytes go to a temporary file in the same
/// folder, commit() syncs it and renames it. Without commit() nothing is left behind. A symbolic
/// link is followed; what exists and is no regular file (a device, a pipe) is written to directly.
/// All failures throw kWriteFailed with the path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, std::size_t size);
  void commit();

 private:
  void open_temporary();
  [[noreturn]] void fail(const std::string& doing);

  std::string path_;       // with links resolved
  std::string temporary_;  // empty: written to directly
  int descriptor_ = -1;
};

/// Writes a whole small file that way.
void write_file_atomically(const std::string& path, const std::string& content);

}  // namespace stip
