#include "media/scaled_picture.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace stip::training {
namespace {

// Which source pixels make one of the result's, along one side, and how much of each.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> taps_of(int from, int to) {
  const double ratio = double(from) / to, reach = std::max(1.0, ratio);  // a triangle's half base
  std::vector<Taps> taps;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * ratio - 0.5;
    const int first = std::max(0, int(std::ceil(centre - reach)));
    const int last = std::min(from - 1, int(std::floor(centre + reach)));
    Taps tap{first, {}};
    double sum = 0;
    for (int j = first; j <= last; ++j) sum += 1 - std::abs(j - centre) / reach;
    for (int j = first; j <= last; ++j) {
      tap.weights.push_back(
          float(sum > 0 ? (1 - std::abs(j - centre) / reach) / sum : 1.0 / (last - first + 1)));
    }
    taps.push_back(std::move(tap));
  }
  return taps;
}

}  // namespace

Image scaled(const Image& image, int width, int height) {
  if (image.width == width && image.height == height) return image;
  const auto across = taps_of(image.width, width), down = taps_of(image.height, height);
  std::vector<float> rows(std::size_t(width) * image.height * 3);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* from = image.pixels.data() + y * image.stride();
    for (int i = 0; i < width * 3; ++i) {
      const Taps& taps = across[std::size_t(i / 3)];
      float sum = 0;
      for (std::size_t j = 0; j < taps.weights.size(); ++j) {
        sum += taps.weights[j] * from[(std::size_t(taps.first) + j) * 3 + i % 3];
      }
      rows[std::size_t(y) * width * 3 + i] = sum;
    }
  }
  Image result(width, height);
  for (int y = 0; y < height; ++y) {
    const Taps& taps = down[std::size_t(y)];
    for (int i = 0; i < width * 3; ++i) {
      float sum = 0.5f;
      for (std::size_t j = 0; j < taps.weights.size(); ++j) {
        sum += taps.weights[j] * rows[(std::size_t(taps.first) + j) * width * 3 + i];
      }
      result.pixels[std::size_t(y) * width * 3 + i] = std::uint8_t(std::min(255.0f, sum));
    }
  }
  return result;
}

}  // namespace stip::training
