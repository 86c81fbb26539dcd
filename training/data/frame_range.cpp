#include "data/frame_range.h"

#include <utility>

#include "data/frame_numbers.h"
#include "stip/error.h"

namespace stip::training {

FrameRange::FrameRange(std::shared_ptr<FrameSource> source, std::int64_t first, std::int64_t last)
    : source_(std::move(source)) {
  const std::int64_t frames = source_->count();
  first_ = first < 0 ? first + frames : first;
  const std::int64_t end = (last < 0 ? last + frames : last) + 1;
  count_ = end - first_;
  if (first_ >= 0 && end <= frames && count_ > 0) return;
  throw Error(ErrorCode::kInvalidArgument,
              "frames " + std::to_string(first) + " to " + std::to_string(last) + " of '" +
                  source_->name() + "' are not there: it has " + std::to_string(frames) +
                  " (numbered from 0; negative numbers count from the end)");
}

std::vector<Image> FrameRange::read(const std::vector<std::int64_t>& indices) {
  check_frame_numbers(*this, indices);
  std::vector<std::int64_t> shifted;
  shifted.reserve(indices.size());
  for (const std::int64_t index : indices) shifted.push_back(first_ + index);
  return source_->read(shifted);
}

std::vector<std::uint64_t> FrameRange::fingerprints() {
  const std::vector<std::uint64_t> all = source_->fingerprints();
  return {all.begin() + first_, all.begin() + first_ + count_};
}

}  // namespace stip::training
