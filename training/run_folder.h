#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "folder_lock.h"

namespace stip::training {

/// The folder that one run of `fit` writes to: made where it is missing, locked, and if nothing was
/// written to it gone again in the end.
class RunFolder {
 public:
  /// A new run needs a folder without one, `resume` needs one with a checkpoint. kInvalidArgument,
  /// kNotFound, kWriteFailed; errors of FolderLock.
  RunFolder(std::string path, bool resume);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string config() const { return path_ + "/config.yaml"; }
  std::string model() const { return path_ + "/model.safetensors"; }
  std::string checkpoint(const std::string& name) const { return path_ + "/checkpoints/" + name; }
  std::string last() const { return checkpoint("last"); }

  /// To be called before the first checkpoint is saved.
  void make_checkpoint_folder() const;

 private:
  void make();
  void remove_empty() const;
  void check_unused() const;
  void check_continuable() const;
  std::string left_by_a_run() const;

  std::string path_;
  std::vector<std::filesystem::path> made_;  // innermost first
  std::optional<FolderLock> lock_;
};

}  // namespace stip::training
