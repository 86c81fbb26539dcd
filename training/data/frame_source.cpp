#include "data/frame_source.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "data/frame_archive.h"
#include "data/frame_numbers.h"
#include "data/picture_folder.h"
#include "data/video_frames.h"
#include "stip/error.h"

namespace stip::training {

void check_frame_numbers(const FrameSource& source, const std::vector<std::int64_t>& indices) {
  for (const std::int64_t index : indices) {
    if (index >= 0 && index < source.count()) continue;
    throw Error(ErrorCode::kInvalidArgument,
                "'" + source.name() + "' has no frame " + std::to_string(index) + ": it has " +
                    std::to_string(source.count()) + ", numbered from 0");
  }
}

std::vector<std::size_t> rising_order(const std::vector<std::int64_t>& indices) {
  std::vector<std::size_t> order(indices.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return indices[a] < indices[b]; });
  return order;
}

std::unique_ptr<FrameSource> open_source(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) return std::make_unique<PictureFolder>(path);
  if (is_archive_name(path)) return std::make_unique<FrameArchive>(path);
  return std::make_unique<VideoFrames>(path);
}

}  // namespace stip::training
