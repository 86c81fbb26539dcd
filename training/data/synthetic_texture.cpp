#include "data/synthetic_texture.h"

#include <algorithm>
#include <cmath>

namespace stip::training {
namespace {

constexpr float kPole = -0.26794919243112270f;  // sqrt(3) - 2
constexpr int kPoleReach = 12;                  // its power falls below 1e-6

// Index of a mirrored line ... 2 1 0 1 2 ... size-1 size-2 ...
int mirrored(int index, int size) {
  if (index >= 0 && index < size) return index;
  if (size == 1) return 0;
  const int period = 2 * size - 2;
  index %= period;
  if (index < 0) index += period;
  return index < size ? index : period - index;
}

// The recursive filter of Unser et al. along `count` texels that lie `step` apart, for `lines`
// neighbouring lines at once.
void filter_lines(Texel* first, int count, std::ptrdiff_t step, int lines, std::ptrdiff_t apart) {
  if (count == 1) return;
  const auto line = [&](int i) { return first + step * mirrored(i, count); };
  std::vector<Texel> start(static_cast<std::size_t>(lines));
  float power = 1;
  for (int i = 0; i <= kPoleReach; ++i, power *= kPole) {
    const Texel* from = line(i);
    for (int j = 0; j < lines; ++j) start[j].lanes += power * from[j * apart].lanes;
  }
  for (int j = 0; j < lines; ++j) first[j * apart].lanes = start[j].lanes;
  for (int i = 1; i < count; ++i) {
    Texel* to = first + step * i;
    const Texel* before = to - step;
    for (int j = 0; j < lines; ++j) to[j * apart].lanes += kPole * before[j * apart].lanes;
  }
  Texel* last = first + step * (count - 1);
  for (int j = 0; j < lines; ++j) {
    last[j * apart].lanes = (kPole / (kPole * kPole - 1)) *
                            (last[j * apart].lanes + kPole * (last - step)[j * apart].lanes);
  }
  for (int i = count - 2; i >= 0; --i) {
    Texel* to = first + step * i;
    const Texel* after = to + step;
    for (int j = 0; j < lines; ++j) {
      to[j * apart].lanes = kPole * (after[j * apart].lanes - to[j * apart].lanes);
    }
  }
  for (int i = 0; i < count; ++i) {
    Texel* to = first + step * i;
    for (int j = 0; j < lines; ++j) to[j * apart].lanes *= 6.0f;
  }
}

struct Cubic {
  float w[4];
  explicit Cubic(float t) {
    const float s = 1 - t;
    w[0] = s * s * s * (1 / 6.0f);
    w[1] = (4 - 6 * t * t + 3 * t * t * t) * (1 / 6.0f);
    w[2] = (4 - 6 * s * s + 3 * s * s * s) * (1 / 6.0f);
    w[3] = t * t * t * (1 / 6.0f);
  }
};

}  // namespace

void blur(Texture& texture, double sigma) {
  if (sigma <= 0) return;
  const int reach = std::max(1, int(std::ceil(3 * sigma)));
  std::vector<float> taps(2 * reach + 1);
  float sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    sum += taps[i + reach] = float(std::exp(-0.5 * i * i / (sigma * sigma)));
  }
  for (float& tap : taps) tap /= sum;
  Texture rows(texture.width, texture.height);
  for (int y = 0; y < texture.height; ++y) {
    for (int i = -reach; i <= reach; ++i) {
      const Texel* from = &texture.at(0, std::clamp(y + i, 0, texture.height - 1));
      Texel* to = &rows.at(0, y);
      for (int x = 0; x < texture.width; ++x) to[x].lanes += taps[i + reach] * from[x].lanes;
    }
  }
  for (int y = 0; y < texture.height; ++y) {
    const Texel* from = &rows.at(0, y);
    for (int x = 0; x < texture.width; ++x) {
      Texel::Lanes value = {0, 0, 0, 0};
      for (int i = -reach; i <= reach; ++i) {
        value += taps[i + reach] * from[std::clamp(x + i, 0, texture.width - 1)].lanes;
      }
      texture.at(x, y).lanes = value;
    }
  }
}

void to_spline(Texture& texture) {
  Texel* first = texture.texels.data();
  filter_lines(first, texture.height, texture.width, texture.width, 1);
  for (int y = 0; y < texture.height; ++y) {
    filter_lines(first + std::ptrdiff_t(y) * texture.width, texture.width, 1, 1, 0);
  }
}

Texel sample(const Texture& texture, float x, float y) {
  const float left = std::floor(x), top = std::floor(y);
  const Cubic across(x - left), down(y - top);
  const int ix = int(left) - 1, iy = int(top) - 1;
  Texel result;
  if (ix >= 0 && iy >= 0 && ix + 4 <= texture.width && iy + 4 <= texture.height) {
    const Texel* from = &texture.at(ix, iy);
    for (int j = 0; j < 4; ++j, from += texture.width) {
      result.lanes += down.w[j] * (across.w[0] * from[0].lanes + across.w[1] * from[1].lanes +
                                   across.w[2] * from[2].lanes + across.w[3] * from[3].lanes);
    }
    return result;
  }
  for (int j = 0; j < 4; ++j) {
    const int row = mirrored(iy + j, texture.height);
    for (int i = 0; i < 4; ++i) {
      result.lanes +=
          down.w[j] * across.w[i] * texture.at(mirrored(ix + i, texture.width), row).lanes;
    }
  }
  return result;
}

}  // namespace stip::training
