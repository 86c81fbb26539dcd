#pragma once

#include <string>

namespace stip::training {

/// A hidden name beside the final one, under which a file (or folder) is made; removed again unless
/// commit() gave it its final name.
class TemporaryPath {
 public:
  /// With `folder` makes a folder of that name at once, otherwise nothing. kWriteFailed if the
  /// folder it is to be in is missing or not writable.
  TemporaryPath(const std::string& final_path, bool folder);
  ~TemporaryPath();
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;

  const std::string& path() const { return path_; }

  /// Syncs a file to the disk and renames; what was there before is replaced (an empty folder too).
  /// kWriteFailed.
  void commit();

 private:
  std::string final_;
  std::string path_;
  bool committed_ = false;
};

}  // namespace stip::training
