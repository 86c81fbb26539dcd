#include "data/source_spec.h"

#include <cmath>

#include "data/frame_range.h"
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

std::shared_ptr<FrameSource> open_clip(const std::string& path, const SourceSpec& spec,
                                       const std::shared_ptr<FrameCache>& cache) {
  std::shared_ptr<FrameSource> source = open_source(path);
  if (cache) source = std::make_shared<CachedSource>(source, cache);
  if (spec.first == 0 && spec.last == -1) return source;
  return std::make_shared<FrameRange>(source, spec.first, spec.last);
}

}  // namespace

std::vector<WeightedSource> open_sources(const std::vector<SourceSpec>& specs,
                                         std::shared_ptr<FrameCache> cache) {
  if (specs.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "no videos are given: list files or folders");
  }
  std::vector<WeightedSource> sources;
  for (const SourceSpec& spec : specs) {
    check_spec(spec);
    for (const std::string& path : expand_paths({spec.path})) {
      sources.push_back({open_clip(path, spec, cache), spec.weight});
    }
  }
  return sources;
}

}  // namespace stip::training
