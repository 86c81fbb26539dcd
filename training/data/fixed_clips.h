#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/clip_sample.h"
#include "data/source_spec.h"

namespace stip::training {

/// Validation and test clips: every stride-th start of every source, the picture's centre (or the
/// whole of it), nothing random. Ordered by source, then start. Any thread, several at a time.
///
/// With crop 0 each source keeps its own size: do not batch clips of different sources then.
class FixedClips {
 public:
  /// `stride` in source frames, at least 1; `most` keeps at most so many clips, spread evenly over
  /// all (0: all). Errors as ClipDataset, but different sizes are welcome.
  FixedClips(std::vector<WeightedSource> sources, ClipShape shape, std::int64_t stride = 1,
             std::int64_t most = 0);

  std::int64_t count() const { return std::int64_t(places_.size()); }

  ClipSample clip(std::int64_t number) const;

  int source_of(std::int64_t number) const { return places_.at(number).source; }
  const std::vector<WeightedSource>& sources() const { return sources_; }
  /// Names of sources too short for one clip.
  const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  struct Place {
    int source;
    std::int64_t start;
  };

  std::vector<WeightedSource> sources_;
  ClipShape shape_;
  std::vector<std::string> skipped_;
  std::vector<Place> places_;
};

}  // namespace stip::training
