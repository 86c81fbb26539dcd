#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/frame_cache.h"
#include "data/frame_source.h"

namespace stip::training {

/// One entry of `data.train` or `data.validation`: a path alone, or {path, first, last, weight}.
/// A folder stands for all its clips; the range and the weight then hold for each of them.
struct SourceSpec {
  std::string path;
  std::int64_t first = 0;  ///< first frame used; negative counts from the end (-100: the last 100)
  std::int64_t last = -1;  ///< last frame used, included; -1 the last, -101 all but the last 100
  double weight = 1;       ///< how often a start in it is drawn, relative to others; above 0
};

/// A clip ready to be read, with its weight.
struct WeightedSource {
  std::shared_ptr<FrameSource> frames;
  double weight = 1;
};

/// Expands the paths, opens every clip, cuts the ranges, and puts the cache (if any) in front.
/// A *.txt path is a list file (list_file.h) with clips of `listed_frames` pictures each, 0: of as
/// many as there are. Indexing decodes every video once. Errors: those of expand_paths(),
/// open_source(), FrameRange; kInvalidArgument for an empty list or a weight that is not above 0.
std::vector<WeightedSource> open_sources(const std::vector<SourceSpec>& specs,
                                         std::shared_ptr<FrameCache> cache = nullptr,
                                         int listed_frames = 0);

}  // namespace stip::training
