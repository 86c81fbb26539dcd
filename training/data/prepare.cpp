#include "data/prepare.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "base/atomic_file.h"
#include "data/file_names.h"
#include "data/frame_source.h"
#include "media/picture.h"
#include "media/scaled_picture.h"
#include "stip/error.h"

namespace stip::training {
namespace {

namespace fs = std::filesystem;

struct DataSet {
  int width = 0;
  int height = 0;
  int step = 1;   // every step-th frame is kept
  int total = 0;  // frames of a listed clip
  int every_nth_tests = 0;
};

const std::map<std::string, DataSet>& data_sets() {
  static const std::map<std::string, DataSet> sets = {{"ucfsport", {512, 512, 1, 10, 10}},
                                                      {"human36m", {1024, 1024, 5, 8, 0}},
                                                      {"sjtu4k", {3840, 2160, 1, 8, 5}}};
  return sets;
}

// The clip's folders below the source, as one name: Walk-Front/003 -> Walk-Front-003.
std::string flat_name(const fs::path& clip, const fs::path& source) {
  const fs::path bare = is_video_name(clip.string()) ? clip.parent_path() / clip.stem() : clip;
  std::string name;
  for (const fs::path& part : bare.lexically_relative(source)) {
    name += (name.empty() ? "" : "-") + part.string();
  }
  if (name == ".") name = "clip";  // the source is the clip
  for (char& c : name) {
    if (c == ',' || c == ' ') c = '_';  // a list's lines are separated by commas
  }
  return name;
}

// S1 of .../S1/Videos/Directions.54138969.mp4; empty if there is none.
std::string subject_of(const fs::path& clip) {
  for (const fs::path& part : clip) {
    const std::string name = part.string();
    if (name.size() > 1 && name[0] == 'S' &&
        name.find_first_not_of("0123456789", 1) == std::string::npos) {
      return name;
    }
  }
  return "";
}

class Preparation {
 public:
  Preparation(std::string name, std::string source, const std::string& target)
      : name_(std::move(name)),
        set_(data_sets().at(name_)),
        source_(std::move(source)),
        target_(fs::path(target) / name_) {}

  void add(const std::string& path) {
    if (fs::path(path).filename() == "gt") return;  // UCF Sports' boxes
    name_ == "human36m" ? add_human(path) : add_numbered(path);
  }

  void finish() const {
    if (train_.empty() && test_.empty()) {
      throw Error(ErrorCode::kWrongKind, "'" + source_.string() + "' holds no clip of " + name_ +
                                             " that is long enough; see prepare --help");
    }
    write_file_atomically((target_ / "train.txt").string(), train_);
    write_file_atomically((target_ / "test.txt").string(), test_);
  }

 private:
  void add_numbered(const std::string& path) {
    const std::string clip = flat_name(path, source_);
    const auto frames = open_source(path);
    const bool tests = clips_++ % set_.every_nth_tests == set_.every_nth_tests - 1;
    for (std::int64_t i = 0; i < frames->count(); ++i) {
      write(*frames, i, target_ / clip / (std::to_string(i) + ".png"));
    }
    for (std::int64_t i = 0; i + set_.total <= frames->count(); i += set_.total) {
      const std::string end =
          name_ == "sjtu4k" ? fmt::format(",{}", i + set_.total - 1) : std::string();
      (tests ? test_ : train_) += fmt::format("{}/{}/,{}{}\n", name_, clip, i, end);
    }
  }

  void add_human(const std::string& path) {
    const std::string subject = subject_of(path);
    if (subject.empty()) return;
    const std::string prefix = flat_name(subject + "_" + fs::path(path).filename().string(), "");
    const auto frames = open_source(path);
    const bool tests = subject == "S9" || subject == "S11";
    const std::int64_t span = std::int64_t{set_.total} * set_.step;
    for (std::int64_t i = 0; i < frames->count(); i += set_.step) {
      write(*frames, i, target_ / subject / fmt::format("{}_{:06}.jpg", prefix, i + 1));
    }
    for (std::int64_t i = 0; i + span - set_.step < frames->count(); i += span) {
      (tests ? test_ : train_) += fmt::format("{}/{}/,{}_,{},{}\n", name_, subject, prefix, i + 1,
                                              i + 1 + span - set_.step);
    }
  }

  void write(FrameSource& frames, std::int64_t index, const fs::path& file) const {
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    const Image picture = scaled(frames.read({index}).front(), set_.width, set_.height);
    if (file.extension() == ".jpg") {
      write_jpeg(file.string(), picture.view());
    } else {
      write_png(file.string(), picture.view());
    }
  }

  std::string name_;
  DataSet set_;
  fs::path source_;
  fs::path target_;
  std::int64_t clips_ = 0;
  std::string train_;
  std::string test_;
};

}  // namespace

void prepare_data_set(const std::string& name, const std::string& source, const std::string& target,
                      const std::function<void(const std::string&)>& progress) {
  Preparation preparation(name, source, target);
  for (const std::string& path : expand_paths({source})) {
    progress(path);
    preparation.add(path);
  }
  preparation.finish();
}

}  // namespace stip::training
