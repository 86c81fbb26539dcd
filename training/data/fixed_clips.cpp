#include "data/fixed_clips.h"

#include <utility>

#include "data/clip_reading.h"
#include "stip/error.h"

namespace stip::training {
namespace {

// `most` of the elements, evenly spread, the first among them.
template <typename T>
std::vector<T> thin_out(const std::vector<T>& all, std::int64_t most) {
  const auto count = std::int64_t(all.size());
  if (most == 0 || count <= most) return all;
  std::vector<T> kept;
  for (std::int64_t i = 0; i < most; ++i) kept.push_back(all[i * count / most]);
  return kept;
}

}  // namespace

FixedClips::FixedClips(std::vector<WeightedSource> sources, ClipShape shape, std::int64_t stride,
                       std::int64_t most)
    : sources_(std::move(sources)), shape_(shape) {
  check_shape(shape_);
  if (stride < 1 || most < 0) {
    throw Error(ErrorCode::kInvalidArgument,
                "the stride of clips must be at least 1 and their number at least 0 (0: all)");
  }
  skipped_ = find_too_short(sources_, shape_);
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::int64_t starts = count_starts(*sources_[i].frames, shape_);
    if (starts > 0) centre_window(*sources_[i].frames, shape_);  // throws if it does not fit
    for (std::int64_t start = 0; start < starts; start += stride) {
      places_.push_back({int(i), start});
    }
  }
  places_ = thin_out(places_, most);
}

ClipSample FixedClips::clip(std::int64_t number) const {
  const Place& where = places_.at(std::size_t(number));
  FrameSource& source = *sources_[where.source].frames;
  ClipSample sample = cut(read_frames(source, shape_, where.start), centre_window(source, shape_));
  sample.source = where.source;
  sample.name = source.name();
  sample.start = where.start;
  return sample;
}

}  // namespace stip::training
