#include "run_folder.h"

#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_to_make(const std::string& folder, const std::error_code& why) {
  throw Error(ErrorCode::kWriteFailed,
              "the folder " + folder + " cannot be made: " + why.message());
}

}  // namespace

RunFolder::RunFolder(std::string path, bool resume) : path_(std::move(path)) {
  if (!resume) make();
  try {
    if (fs::is_directory(path_)) lock_.emplace(path_);
    resume ? check_continuable() : check_unused();
  } catch (...) {
    lock_.reset();
    remove_empty();
    throw;
  }
}

RunFolder::~RunFolder() {
  lock_.reset();
  remove_empty();
}

void RunFolder::make() {
  std::error_code failed;
  fs::path folder = fs::absolute(path_).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // a slash at its end
  for (; !fs::exists(folder, failed) && folder.has_filename(); folder = folder.parent_path()) {
    made_.push_back(folder);
  }
  fs::create_directories(path_, failed);
  if (failed) {
    remove_empty();
    refuse_to_make(path_, failed);
  }
}

// Only what is empty can be removed like this.
void RunFolder::remove_empty() const {
  std::error_code ignored;
  for (const fs::path& folder : made_) fs::remove(folder, ignored);
}

void RunFolder::make_checkpoint_folder() const {
  std::error_code failed;
  fs::create_directories(checkpoint(""), failed);
  if (failed) refuse_to_make(checkpoint(""), failed);
}

void RunFolder::check_unused() const {
  if (fs::exists(last())) {
    throw Error(ErrorCode::kInvalidArgument,
                path_ +
                    " holds a training run already; give --resume to continue it, or another "
                    "folder with -o");
  }
}

void RunFolder::check_continuable() const {
  if (fs::exists(last())) return;
  throw Error(ErrorCode::kNotFound, path_ + " holds no run to continue; leave out --resume");
}

}  // namespace stip::training
