#include "data/synthetic_mask.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

constexpr double kTau = 6.283185307179586;

// How far inside the shape a place is, in units of its half side (negative: outside); the shape
// lies in -1..1.
using Shape = std::function<float(float, float)>;

// Round about the middle, with a radius for each direction.
Shape star(std::vector<float> radii) {
  return [radii = std::move(radii)](float x, float y) {
    const float turn = std::atan2(y, x) * float(1 / kTau) + 0.5f;
    const float place = turn * float(radii.size());
    const auto left = std::size_t(place) % radii.size();
    const float part = place - std::floor(place);
    const float radius = radii[left] + part * (radii[(left + 1) % radii.size()] - radii[left]);
    return 0.8f * (radius - std::sqrt(x * x + y * y));
  };
}

Shape blob(RandomStream& random) {
  std::vector<float> radii(256, 1.0f);
  for (int k = 2; k <= 6; ++k) {
    const double strength = 0.5 * random.uniform() / k, phase = random.uniform();
    for (std::size_t i = 0; i < radii.size(); ++i) {
      radii[i] += float(strength * std::sin(kTau * (double(i) * k / double(radii.size()) + phase)));
    }
  }
  const float most = *std::max_element(radii.begin(), radii.end());
  for (float& radius : radii) radius /= most;
  return star(std::move(radii));
}

// Corners at random radii, straight lines between them.
Shape polygon(RandomStream& random) {
  const int corners = 3 + int(random.below(6));
  std::vector<double> xs, ys;
  for (int i = 0; i < corners; ++i) {
    const double angle = kTau * (i + between(random, -0.3, 0.3)) / corners;
    const double radius = between(random, 0.55, 1);
    xs.push_back(radius * std::cos(angle));
    ys.push_back(radius * std::sin(angle));
  }
  return [xs, ys](float x, float y) {
    double least = 1e9;
    bool inside = false;
    for (std::size_t i = 0, j = xs.size() - 1; i < xs.size(); j = i++) {
      const double ex = xs[j] - xs[i], ey = ys[j] - ys[i], dx = x - xs[i], dy = y - ys[i];
      const double along = std::clamp((dx * ex + dy * ey) / (ex * ex + ey * ey), 0.0, 1.0);
      least = std::min(least, std::hypot(dx - along * ex, dy - along * ey));
      if ((ys[i] > y) != (ys[j] > y) && x < xs[i] + (y - ys[i]) / ey * ex) inside = !inside;
    }
    return float(inside ? least : -least);
  };
}

// A body, a head and limbs: capsules.
Shape limbs(RandomStream& random) {
  struct Capsule {
    float x, y, dx, dy, radius;
  };
  std::vector<Capsule> parts = {{0, -0.35f, 0, 0.6f, float(between(random, 0.18, 0.32))},
                                {0, -0.75f, 0, 0.02f, float(between(random, 0.15, 0.22))}};
  const int count = 2 + int(random.below(3));
  for (int i = 0; i < count; ++i) {
    const double side = i % 2 == 0 ? 1 : -1;
    const bool arm = i >= 2;
    const double angle = arm ? between(random, -0.6, 1.2) : between(random, 0.9, 1.5);
    const double length = arm ? 0.55 : 0.6;
    parts.push_back({float(side * 0.1), arm ? -0.4f : 0.25f, float(side * length * std::cos(angle)),
                     float(length * std::sin(angle)), float(between(random, 0.07, 0.14))});
  }
  return [parts](float x, float y) {
    float most = -10;
    for (const Capsule& part : parts) {
      const float dx = x - part.x, dy = y - part.y;
      const float along = std::clamp(
          (dx * part.dx + dy * part.dy) / (part.dx * part.dx + part.dy * part.dy), 0.0f, 1.0f);
      const float far = std::sqrt((dx - along * part.dx) * (dx - along * part.dx) +
                                  (dy - along * part.dy) * (dy - along * part.dy));
      most = std::max(most, part.radius - far);
    }
    return most;
  };
}

Shape random_shape(RandomStream& random) {
  const double kind = random.uniform();
  if (kind < 0.3) return blob(random);
  if (kind < 0.5) return polygon(random);
  if (kind < 0.75) return limbs(random);
  if (kind < 0.87) return star(std::vector<float>(8, 1.0f));
  const float corner = float(between(random, 0.05, 0.5));
  return [corner](float x, float y) {
    const float dx = std::max(std::abs(x) - 1 + corner, 0.0f);
    const float dy = std::max(std::abs(y) - 1 + corner, 0.0f);
    const float inner = std::min(std::max(std::abs(x), std::abs(y)) - 1 + corner, 0.0f);
    return corner - std::sqrt(dx * dx + dy * dy) - inner;
  };
}

}  // namespace

Mask random_mask(RandomStream& random, int width, int height, double softness) {
  Mask mask{width, height, std::vector<float>(std::size_t(width) * height)};
  const Shape inside = random_shape(random);
  const float half_x = float(std::max(1.0, width / 2.0 - kMaskRim));
  const float half_y = float(std::max(1.0, height / 2.0 - kMaskRim));
  const float edge = std::min(half_x, half_y) / float(2 * softness);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float u = (x - 0.5f * float(width - 1)) / half_x;
      const float v = (y - 0.5f * float(height - 1)) / half_y;
      const float share = std::clamp(inside(u, v) * edge + 0.5f, 0.0f, 1.0f);
      mask.opacity[std::size_t(y) * width + x] = share * share * (3 - 2 * share);
    }
  }
  return mask;
}

}  // namespace stip::training
