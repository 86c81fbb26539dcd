#pragma once

#include <string>

namespace stip::training {

/// Keeps a second process out of a folder: a lock on a hidden file in it, which the kernel releases
/// when the process ends, however it does. The file goes with the lock.
class FolderLock {
 public:
  /// kInvalidArgument if another process has the lock; kWriteFailed if the folder cannot be written
  /// to. Where the file system knows no locks there is a warning and no protection.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int open_file() const;
  bool lock(int descriptor) const;

  std::string folder_;
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace stip::training
