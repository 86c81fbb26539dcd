#include "data/data_check.h"

#include <unordered_map>

#include "data/frame_source.h"
#include "data/list_file.h"
#include "data/picture_folder.h"
#include "data/single_colour.h"
#include "data/video_frames.h"
#include "stip/error.h"

namespace stip::training {
namespace {

using Open = std::function<std::unique_ptr<FrameSource>()>;

class Check {
 public:
  ClipReport run(const std::string& name, const Open& open) {
    ClipReport report;
    report.name = name;
    try {
      const auto source = open();
      report.frames = source->count();
      report.width = source->width();
      report.height = source->height();
      note_cut(*source, &report);
      // A video was decoded to index it; pictures only say so when they are read.
      if (dynamic_cast<PictureFolder*>(source.get()) != nullptr) {
        for (std::int64_t i = 0; i < source->count(); ++i) source->read({i});
      }
      compare(*source, &report);
    } catch (const Error& error) {
      report.problem = error.what();
    }
    return report;
  }

 private:
  static void note_cut(const FrameSource& source, ClipReport* report) {
    const auto* video = dynamic_cast<const VideoFrames*>(&source);
    if (video == nullptr || !video->index().cut_short()) return;
    report->told_seconds = 1e-9 * double(video->index().duration);
    report->seconds = 1e-9 * double(video->index().end());
  }

  void compare(FrameSource& source, ClipReport* report) {
    const std::vector<std::uint64_t> hashes = source.fingerprints();
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (i > 0 && hashes[i] == hashes[i - 1]) {
        ++report->frozen;
        continue;
      }
      const auto [known, fresh] = first_in_.emplace(hashes[i], clip_);
      if (fresh || known->second == clip_ || single_colour(source.read({std::int64_t(i)}).front()))
        continue;
      if (report->copies++ == 0) report->copied_from = names_[known->second];
    }
    names_.push_back(report->name);
    ++clip_;
  }

  std::size_t clip_ = 0;
  std::vector<std::string> names_;
  std::unordered_map<std::uint64_t, std::size_t> first_in_;  // fingerprint: clip
};

}  // namespace

std::vector<ClipReport> check_data(const std::vector<std::string>& paths,
                                   const std::function<void(const std::string&)>& progress) {
  Check check;
  std::vector<ClipReport> reports;
  const auto add = [&](const std::string& name, const Open& open) {
    progress(name);
    reports.push_back(check.run(name, open));
  };
  for (const std::string& path : expand_paths(paths)) {
    if (!is_list_name(path)) {
      add(path, [&] { return open_source(path); });
      continue;
    }
    for (const ListedClip& clip : read_list_file(path, 0)) {
      add(clip.name, [&] { return std::make_unique<PictureFolder>(clip.name, clip.files); });
    }
  }
  return reports;
}

}  // namespace stip::training
