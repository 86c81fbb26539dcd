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

// A log without a line is that of a run that never got to work.
std::string RunFolder::left_by_a_run() const {
  std::error_code ignored;
  if (fs::exists(model(), ignored)) return "model.safetensors";
  const auto size = fs::file_size(path_ + "/log.jsonl", ignored);
  return !ignored && size > 0 ? "log.jsonl" : "";
}

void RunFolder::check_unused() const {
  if (fs::exists(last())) {
    throw Error(ErrorCode::kInvalidArgument,
                path_ +
                    " holds a training run already; give --resume to continue it, or another "
                    "folder with -o");
  }
  const std::string left = left_by_a_run();
  if (left.empty()) return;
  throw Error(ErrorCode::kInvalidArgument,
              path_ + " holds the " + left +
                  " of another run, which would be overwritten; give another folder with -o, or "
                  "move it away");
}

void RunFolder::check_continuable() const {
  if (fs::exists(last())) return;
  const std::string left = left_by_a_run();
  if (left.empty()) {
    throw Error(ErrorCode::kNotFound, path_ + " holds no run to continue; leave out --resume");
  }
  const bool has_model = left == "model.safetensors";
  throw Error(ErrorCode::kNotFound,
              path_ + " holds the " + left +
                  " of a run, but no checkpoint to continue from (checkpoints/last); begin a new "
                  "run in another folder" +
                  (has_model ? ", with --init " + model() + " to start from its weights" : ""));
}

}  // namespace stip::training
