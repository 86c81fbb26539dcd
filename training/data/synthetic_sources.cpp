#include "data/synthetic_sources.h"

#include <algorithm>
#include <cmath>

#include "data/frame_source.h"
#include "data/synthetic_pattern.h"
#include "data/synthetic_random.h"
#include "media/scaled_picture.h"
#include "stip/error.h"

namespace stip::training {
namespace {

constexpr std::int64_t kMostFrames = 96;
constexpr int kMostSide = 1280;
constexpr int kLeastSide = 16;
constexpr int kDark = 24;  // a film's black bars are not blacker once coded
constexpr std::uint64_t kChoiceStream = 0x5445585455524500ULL;

bool dark(const Image& image, int x0, int y0, int x1, int y1) {
  for (int y = y0; y < y1; ++y) {
    const std::uint8_t* row = image.pixels.data() + y * image.stride();
    if (std::any_of(row + x0 * 3, row + x1 * 3, [](int value) { return value > kDark; }))
      return false;
  }
  return true;
}

// Without the black bars of films.
Image without_bars(const Image& image) {
  int left = 0, top = 0, right = image.width, bottom = image.height;
  while (top < bottom && dark(image, 0, top, image.width, top + 1)) ++top;
  while (bottom > top && dark(image, 0, bottom - 1, image.width, bottom)) --bottom;
  while (left < right && dark(image, left, top, left + 1, bottom)) ++left;
  while (right > left && dark(image, right - 1, top, right, bottom)) --right;
  if (left > 0 || top > 0 || right < image.width || bottom < image.height) {
    // the bar's soft edge
    left += 2 * (left > 0);
    top += 2 * (top > 0);
    right -= 2 * (right < image.width);
    bottom -= 2 * (bottom < image.height);
  }
  Image result(std::max(0, right - left), std::max(0, bottom - top));
  for (int y = 0; y < result.height; ++y) {
    const auto from = image.pixels.begin() + (top + y) * image.stride() + left * 3;
    std::copy_n(from, result.stride(), result.pixels.begin() + y * result.stride());
  }
  return result;
}

bool plain(const Image& image) {
  if (image.width < kLeastSide || image.height < kLeastSide) return true;
  const auto [least, most] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  return *most - *least < 16;
}

Image limited(Image image) {
  const int side = std::max(image.width, image.height);
  if (side <= kMostSide) return image;
  return scaled(image, std::max(1, image.width * kMostSide / side),
                std::max(1, image.height * kMostSide / side));
}

Texel bilinear(const Image& image, double x, double y) {
  const auto fold = [](double at, int size) {  // mirrored
    const double period = 2.0 * (size - 1);
    at = std::abs(at - period * std::floor(at / period + 0.5));
    return std::min(at, size - 1.001);
  };
  x = fold(x, image.width);
  y = fold(y, image.height);
  const int ix = int(x), iy = int(y);
  const float fx = float(x - ix), fy = float(y - iy);
  const std::uint8_t* a = image.pixels.data() + iy * image.stride() + ix * 3;
  const std::uint8_t* b = a + image.stride();
  Texel texel;
  texel.lanes[3] = 1;
  for (int c = 0; c < 3; ++c) {
    const float upper = a[c] + fx * (a[c + 3] - a[c]), lower = b[c] + fx * (b[c + 3] - b[c]);
    texel.lanes[c] = upper + fy * (lower - upper);
  }
  return texel;
}

}  // namespace

TextureSources::TextureSources(const std::vector<std::string>& paths, std::uint64_t seed) {
  if (paths.empty()) return;
  RandomStream random(seed, kChoiceStream);
  const std::vector<std::string> all = expand_paths(paths);
  const auto count = std::int64_t(all.size());
  const std::int64_t used = std::min(count, kMostFrames);
  for (std::int64_t i = 0; i < used; ++i) {
    const auto source = open_source(all[std::size_t(shuffled(i, count, seed))]);
    const std::int64_t share = (kMostFrames + used - 1 - i) / used;
    const std::int64_t wanted = std::min(share, source->count());
    std::vector<std::int64_t> numbers;
    for (std::int64_t j = 0; j < wanted; ++j) {
      numbers.push_back(
          std::int64_t((double(j) + random.uniform()) * double(source->count()) / double(wanted)));
    }
    for (const std::int64_t number : numbers) {  // one by one: 4K frames are large
      Image frame = limited(without_bars(source->read({number}).front()));
      if (!plain(frame)) frames_.push_back(std::move(frame));
    }
  }
  if (frames_.empty()) {
    throw Error(ErrorCode::kWrongKind, "'" + paths.front() +
                                           "' and the other sources show nothing but single "
                                           "colours: give videos or pictures with texture");
  }
}

Texture TextureSources::cut(RandomStream& random, int width, int height) const {
  const Image& frame = frames_[std::size_t(random.below(std::int64_t(frames_.size())))];
  const double fits = std::min(double(frame.width) / width, double(frame.height) / height);
  const double scale = log_between(random, 0.5, std::clamp(fits, 0.75, 2.0));
  const double angle =
      chance(random, 0.5) ? between(random, -0.15, 0.15) : between(random, 0, 6.2832);
  const double room_x = std::max(0.0, frame.width - scale * width);
  const double room_y = std::max(0.0, frame.height - scale * height);
  const double cx = frame.width / 2.0 + room_x * between(random, -0.5, 0.5);
  const double cy = frame.height / 2.0 + room_y * between(random, -0.5, 0.5);
  const double flip = random_sign(random);
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  const bool fine = scale <= 1;  // otherwise four samples a texel, against aliasing
  Texture texture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = flip * (x - width / 2.0), v = y - height / 2.0;
      const double fx = cx + c * u - s * v, fy = cy + s * u + c * v;
      Texel& texel = texture.at(x, y);
      if (fine) {
        texel = bilinear(frame, fx, fy);
        continue;
      }
      for (const double i : {-0.25, 0.25}) {
        for (const double j : {-0.25, 0.25}) {
          texel.lanes += 0.25f * bilinear(frame, fx + c * i - s * j, fy + s * i + c * j).lanes;
        }
      }
    }
  }
  return texture;
}

Texture random_texture(RandomStream& random, const TextureSources& sources, int width, int height) {
  const bool pattern = random.coin();
  return pattern || sources.empty() ? random_pattern(random, width, height)
                                    : sources.cut(random, width, height);
}

}  // namespace stip::training
