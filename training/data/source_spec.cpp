#include "data/source_spec.h"

#include <cmath>
#include <utility>

#include "data/frame_range.h"
#include "data/list_file.h"
#include "data/picture_folder.h"
#include "stip/error.h"

namespace stip::training {
namespace {

void check_spec(const SourceSpec& spec) {
  if (spec.path.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "an entry of the data has no path");
  }
  if (spec.weight > 0 && std::isfinite(spec.weight)) return;
  throw Error(ErrorCode::kInvalidArgument,
              "the weight of '" + spec.path + "' must be above 0: leave the entry out instead");
}

std::shared_ptr<FrameSource> finish(std::shared_ptr<FrameSource> source, const SourceSpec& spec,
                                    const std::shared_ptr<FrameCache>& cache) {
  if (cache) source = std::make_shared<CachedSource>(source, cache);
  if (spec.first == 0 && spec.last == -1) return source;
  return std::make_shared<FrameRange>(source, spec.first, spec.last);
}

}  // namespace

std::vector<WeightedSource> open_sources(const std::vector<SourceSpec>& specs,
                                         std::shared_ptr<FrameCache> cache, int listed_frames) {
  if (specs.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "no videos are given: list files or folders");
  }
  std::vector<WeightedSource> sources;
  for (const SourceSpec& spec : specs) {
    check_spec(spec);
    for (const std::string& path : expand_paths({spec.path})) {
      const auto add = [&](std::shared_ptr<FrameSource> source) {
        sources.push_back({finish(std::move(source), spec, cache), spec.weight});
      };
      if (!is_list_name(path)) {
        add(open_source(path));
        continue;
      }
      for (const ListedClip& clip : read_list_file(path, listed_frames)) {
        add(std::make_shared<PictureFolder>(clip.name, clip.files));
      }
    }
  }
  return sources;
}

}  // namespace stip::training
