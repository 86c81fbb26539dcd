#include "media/recode.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "media/encode_pipeline.h"
#include "media/packed_copy.h"
#include "media/video_reader.h"
#include "stip/error.h"

namespace stip::training {
namespace {

constexpr FrameRate kRate{25, 1};

Image cropped(const Image& image, int width, int height) {
  if (image.width == width && image.height == height) return image;
  Image result(width, height);
  for (int y = 0; y < height; ++y) {
    std::copy_n(image.pixels.begin() + y * image.stride(), result.stride(),
                result.pixels.begin() + y * result.stride());
  }
  return result;
}

}  // namespace

std::vector<Image> recode(const std::vector<Image>& frames, const std::string& encoders,
                          const std::string& file) {
  if (encoders.empty()) return frames;
  const int width = frames.front().width, height = frames.front().height;
  {
    const Image first = pack(frames.front().view(), 2);  // 4:2:0 has no odd sizes
    EncodePipeline pipeline(encoders, file, file, first.width, first.height, kRate);
    for (const Image& frame : frames) pipeline.push(pack(frame.view(), 2));
    pipeline.finish();
  }
  std::vector<Image> result;
  {
    VideoReader reader(file);
    while (auto frame = reader.read()) result.push_back(cropped(frame->image, width, height));
  }
  std::filesystem::remove(file);
  if (result.size() != frames.size()) {
    throw Error(
        ErrorCode::kFailed,
        fmt::format("'{}' had {} frames coded and {} came back; update GStreamer's x264 and "
                    "libav plugins",
                    file, frames.size(), result.size()));
  }
  return result;
}

}  // namespace stip::training
