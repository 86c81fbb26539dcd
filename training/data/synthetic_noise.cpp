#include <algorithm>
#include <cmath>

#include "data/synthetic_pattern.h"

namespace stip::training {
namespace {

struct Plane {
  int width, height;
  std::vector<float> values;
  Plane(int width_, int height_)
      : width(width_), height(height_), values(std::size_t(width_) * height_) {}
};

// Twice as fine, by the quadratic spline's rule: each new value is 3/4 and 1/4 of its neighbours.
Plane doubled(const Plane& from, int width, int height) {
  Plane rows(width, from.height), result(width, height);
  for (int y = 0; y < from.height; ++y) {
    const float* in = from.values.data() + std::size_t(y) * from.width;
    float* out = rows.values.data() + std::size_t(y) * width;
    for (int x = 0; x < width; ++x) {
      const int near = x / 2 + 1, far = near + (x % 2 == 0 ? -1 : 1);
      out[x] = 0.75f * in[near] + 0.25f * in[far];
    }
  }
  for (int y = 0; y < height; ++y) {
    const int near = y / 2 + 1, far = near + (y % 2 == 0 ? -1 : 1);
    const float* a = rows.values.data() + std::size_t(near) * width;
    const float* b = rows.values.data() + std::size_t(far) * width;
    float* out = result.values.data() + std::size_t(y) * width;
    for (int x = 0; x < width; ++x) out[x] = 0.75f * a[x] + 0.25f * b[x];
  }
  return result;
}

void add_noise(RandomStream& random, Plane& plane, float strength) {
  for (std::size_t i = 0; i < plane.values.size(); i += 4) {
    std::uint64_t bits = random.bits();
    for (std::size_t j = i; j < std::min(i + 4, plane.values.size()); ++j, bits >>= 16) {
      plane.values[j] += strength * (float(bits & 0xFFFF) * (2 / 65535.0f) - 1);
    }
  }
}

}  // namespace

std::vector<float> noise_plane(RandomStream& random, int width, int height, double coarsest,
                               double roughness) {
  int octaves = 0;
  while ((2 << octaves) <= coarsest && octaves < 12) ++octaves;
  // Sizes that, doubled so often, cover the plane with a rim of one value.
  std::vector<int> widths = {width}, heights = {height};
  for (int i = 0; i < octaves; ++i) {
    widths.push_back(widths.back() / 2 + 3);
    heights.push_back(heights.back() / 2 + 3);
  }
  Plane plane(widths.back(), heights.back());
  float strength = 1;
  add_noise(random, plane, strength);
  for (int i = octaves - 1; i >= 0; --i) {
    plane = doubled(plane, widths[i], heights[i]);
    strength *= float(roughness);
    add_noise(random, plane, strength);
  }
  double sum = 0, squares = 0;
  for (const float value : plane.values) {
    sum += value;
    squares += double(value) * value;
  }
  const double count = double(plane.values.size()), mean = sum / count;
  const double deviation = std::sqrt(std::max(squares / count - mean * mean, 1e-8));
  for (float& value : plane.values) value = float((value - mean) / deviation);
  return plane.values;
}

}  // namespace stip::training
