#include "data/padded_source.h"

#include <algorithm>

namespace stip::training {
namespace {

Image padded(const Image& image, int width, int height) {
  Image larger(width, height);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = image.pixels.data() + std::min(y, image.height - 1) * image.stride();
    std::uint8_t* to = larger.pixels.data() + y * larger.stride();
    std::copy_n(from, image.stride(), to);
    const std::uint8_t* last = from + image.stride() - 3;
    for (int x = image.width; x < width; ++x) std::copy_n(last, 3, to + std::ptrdiff_t{3} * x);
  }
  return larger;
}

}  // namespace

std::vector<Image> PaddedSource::read(const std::vector<std::int64_t>& indices) {
  std::vector<Image> images = source_->read(indices);
  for (Image& image : images) image = padded(image, width_, height_);
  return images;
}

}  // namespace stip::training
