#include "data/video_frames.h"

#include <utility>

#include "data/frame_numbers.h"

namespace stip::training {

VideoFrames::VideoFrames(const std::string& path)
    : index_(std::make_shared<VideoIndex>(index_video(path))), pool_(ReaderPool::shared()) {}

std::vector<Image> VideoFrames::read(const std::vector<std::int64_t>& indices) {
  check_frame_numbers(*this, indices);
  std::vector<Image> images(indices.size());
  if (indices.empty()) return images;
  const std::vector<std::size_t> order = rising_order(indices);
  std::unique_ptr<VideoReader> reader = pool_->take(index_, indices[order.front()]);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t to = order[i];
    if (i > 0 && indices[order[i - 1]] == indices[to]) {
      images[to] = images[order[i - 1]];
      continue;
    }
    reader->seek(indices[to]);
    images[to] = std::move(reader->read()->image);
  }
  pool_->give_back(std::move(reader));
  return images;
}

}  // namespace stip::training
