#include "outputs.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/atomic_file.h"
#include "data/file_names.h"
#include "data/frame_source.h"
#include "data/list_file.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

// Also through links; false where one of the two does not exist.
bool are_one(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored);
}

bool exists(const OutputFile& output) {
  std::error_code ignored;
  return !output.path.empty() && fs::exists(output.path, ignored);
}

void add_pictures_in(const std::string& folder, std::vector<std::string>* files) {
  for (const std::string& name : list_folder(folder)) {
    if (is_picture_name(name)) files->push_back((fs::path(folder) / name).string());
  }
}

// All that is read where this input is named.
std::vector<std::string> files_of(const std::string& input) {
  std::vector<std::string> files = {input};
  std::error_code ignored;
  try {
    if (fs::is_directory(input, ignored)) {
      for (const std::string& path : expand_paths({input})) {
        files.push_back(path);
        if (fs::is_directory(path, ignored)) add_pictures_in(path, &files);
      }
    } else if (is_list_name(input)) {
      for (const ListedClip& clip : read_list_file(input, 0)) {
        files.insert(files.end(), clip.files.begin(), clip.files.end());
      }
    }
  } catch (const Error&) {  // reading it will say what is wrong
  }
  return files;
}

void refuse_input(const OutputFile& output, const std::string& input) {
  std::error_code ignored;
  const bool folder = fs::is_directory(input, ignored);
  throw Error(ErrorCode::kInvalidArgument,
              output.option + " " + output.path + " and the input " + input +
                  (folder ? " are one folder, whose files would be mixed with what is written"
                          : " are one file, which would be overwritten") +
                  "; give " + output.option + " another name");
}

// A device or a pipe takes more than one output.
bool holds_one_output(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return !fs::exists(status) || fs::is_regular_file(status) || fs::is_directory(status);
}

bool will_be_one(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return are_one(a, b) || fs::weakly_canonical(fs::absolute(a), ignored) ==
                              fs::weakly_canonical(fs::absolute(b), ignored);
}

void check_each_other(const std::vector<OutputFile>& outputs) {
  for (auto a = outputs.begin(); a != outputs.end(); ++a) {
    for (auto b = a + 1; b != outputs.end(); ++b) {
      if (a->path.empty() || b->path.empty() || !holds_one_output(a->path)) continue;
      if (!will_be_one(a->path, b->path)) continue;
      throw Error(ErrorCode::kInvalidArgument, a->option + " " + a->path + " and " + b->option +
                                                   " " + b->path +
                                                   " are one file; give them different names");
    }
  }
}

}  // namespace

void check_outputs(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs) {
  check_each_other(outputs);
  // What is not there cannot be an input: large folders need not be walked then.
  if (std::none_of(outputs.begin(), outputs.end(), &exists)) return;
  for (const std::string& input : inputs) {
    for (const std::string& file : files_of(input)) {
      for (const OutputFile& output : outputs) {
        if (exists(output) && are_one(output.path, file)) refuse_input(output, file);
      }
    }
  }
}

void check_writable(const OutputFile& file) {
  std::error_code ignored;
  // A pipe that is opened to try it would have ended for its reader.
  const fs::file_status status = fs::status(file.path, ignored);
  const bool special = fs::exists(status) && !fs::is_regular_file(status);
  if (file.path.empty() || (special && !fs::is_directory(status))) return;
  try {
    const AtomicFile trial(file.path);
  } catch (const Error& error) {
    throw Error(ErrorCode::kWriteFailed, std::string(error.what()) + "; give " + file.option +
                                             " a file in a folder that can be written to");
  }
}

void check_writable_folder(const OutputFile& folder) {
  if (folder.path.empty()) return;
  std::error_code ignored;
  fs::path there = fs::absolute(folder.path);
  while (!fs::exists(there, ignored) && there.has_relative_path()) there = there.parent_path();
  if (fs::is_directory(there, ignored) && access(there.c_str(), W_OK | X_OK) == 0) return;
  throw Error(ErrorCode::kWriteFailed,
              "the folder " + folder.path + " cannot be made or written to: " + there.string() +
                  (fs::is_directory(there, ignored) ? " is not open to you" : " is no folder") +
                  "; give " + folder.option + " another one");
}

}  // namespace stip::training
