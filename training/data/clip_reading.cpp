#include "data/clip_reading.h"

#include <algorithm>

#include "stip/error.h"

namespace stip::training {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

void need_at_least(const char* what, int value, int least) {
  if (value >= least) return;
  refuse(std::string(what) + " is " + std::to_string(value) + ", it must be at least " +
         std::to_string(least));
}

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

void check_shape(const ClipShape& shape) {
  need_at_least("the number of frames of a clip (total)", shape.total, 1);
  need_at_least("step", shape.step, 1);
  need_at_least("crop", shape.crop, 0);
  need_at_least("the multiple that sizes are cut to", shape.multiple, 1);
}

std::int64_t count_starts(const FrameSource& source, const ClipShape& shape) {
  return std::max<std::int64_t>(0, source.count() - shape.span() + 1);
}

std::vector<std::string> find_too_short(const std::vector<WeightedSource>& sources,
                                        const ClipShape& shape) {
  if (sources.empty()) refuse("no videos are given: list files or folders");
  std::vector<std::string> names;
  const FrameSource* longest = sources.front().frames.get();
  for (const WeightedSource& source : sources) {
    if (count_starts(*source.frames, shape) == 0) names.push_back(source.frames->name());
    if (source.frames->count() > longest->count()) longest = source.frames.get();
  }
  if (names.size() < sources.size()) return names;
  refuse("no video is long enough for a clip of " + std::to_string(shape.total) +
         " frames at a step of " + std::to_string(shape.step) + ", which needs " +
         std::to_string(shape.span()) + ": the longest, '" + longest->name() + "', has " +
         std::to_string(longest->count()) + " to use");
}

Window centre_window(const FrameSource& source, const ClipShape& shape) {
  Window window;
  window.width = shape.crop > 0 ? shape.crop : source.width() / shape.multiple * shape.multiple;
  window.height = shape.crop > 0 ? shape.crop : source.height() / shape.multiple * shape.multiple;
  if (window.width > source.width() || window.height > source.height()) {
    refuse("a crop of " + std::to_string(shape.crop) + " does not fit into '" + source.name() +
           "', which is " + size_text(source.width(), source.height()) +
           ": take a smaller crop or leave the file out");
  }
  if (window.width == 0 || window.height == 0) {
    refuse("'" + source.name() + "' is " + size_text(source.width(), source.height()) +
           ", smaller than the " + std::to_string(shape.multiple) + " pixels that are needed");
  }
  window.x = (source.width() - window.width) / 2;
  window.y = (source.height() - window.height) / 2;
  return window;
}

std::vector<Image> read_frames(FrameSource& source, const ClipShape& shape, std::int64_t start) {
  return source.read(shape.frames(start));
}

ClipSample cut(const std::vector<Image>& frames, const Window& window) {
  ClipSample sample;
  sample.frames = int(frames.size());
  sample.height = window.height;
  sample.width = window.width;
  sample.x = window.x;
  sample.y = window.y;
  const std::size_t row = std::size_t(window.width) * 3;
  sample.pixels.resize(frames.size() * window.height * row);
  auto to = sample.pixels.begin();
  for (const Image& frame : frames) {
    for (int y = window.y; y < window.y + window.height; ++y) {
      const auto from = frame.pixels.begin() + y * frame.stride() + std::ptrdiff_t(window.x) * 3;
      to = std::copy_n(from, row, to);
    }
  }
  return sample;
}

}  // namespace stip::training
