#include "data/synthetic_layer.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

constexpr float kFullTurn = 6.2831853f;

// Texture coordinates of a row's pixels, one after the other.
class Walk {
 public:
  Walk(const Homography& map, const Wobble& wobble, double t)
      : map_(map),
        amplitude_(float(wobble.amplitude)),
        turn_(kFullTurn / float(wobble.wavelength)),
        phase_(kFullTurn * float(wobble.frequency * t + wobble.phase)) {}

  void begin(double x, double y) {
    u_ = map_.a[0] * x + map_.a[1] * y + map_.a[2];
    v_ = map_.a[3] * x + map_.a[4] * y + map_.a[5];
    w_ = map_.a[6] * x + map_.a[7] * y + map_.a[8];
  }
  void step() {
    u_ += map_.a[0];
    v_ += map_.a[3];
    w_ += map_.a[6];
  }
  std::array<float, 2> place() const {
    const float x = float(u_ / w_), y = float(v_ / w_);
    if (amplitude_ == 0) return {x, y};
    return {x + amplitude_ * std::sin(turn_ * y + phase_),
            y + 0.6f * amplitude_ * std::sin(0.8f * turn_ * x + 1.3f * phase_)};
  }

 private:
  const Homography& map_;
  const float amplitude_, turn_, phase_;
  double u_ = 0, v_ = 0, w_ = 1;
};

struct Box {
  int left, top, right, bottom;  // the last two are outside
};

// The picture's part that the sprite can reach.
Box reached(const Texture& picture, const Texture& sprite, const Homography& to_picture,
            double margin) {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (int corner = 0; corner < 4; ++corner) {
    const auto [x, y] = to_picture.apply(corner % 2 == 0 ? -margin : sprite.width - 1 + margin,
                                         corner / 2 == 0 ? -margin : sprite.height - 1 + margin);
    left = std::min(left, x);
    right = std::max(right, x);
    top = std::min(top, y);
    bottom = std::max(bottom, y);
  }
  const auto within = [](double value, int size) {
    return int(std::clamp(value, 0.0, double(size)));
  };
  return {within(std::floor(left), picture.width), within(std::floor(top), picture.height),
          within(std::ceil(right) + 1, picture.width),
          within(std::ceil(bottom) + 1, picture.height)};
}

}  // namespace

Wobble random_wobble(RandomStream& random, double speed, double side) {
  Wobble wobble;
  wobble.frequency = log_between(random, 1 / 40.0, 1 / 6.0);
  wobble.amplitude = std::min(speed / (kFullTurn * wobble.frequency), side / 12);
  wobble.wavelength = side * between(random, 0.5, 2);
  wobble.phase = random.uniform();
  return wobble;
}

void draw_background(Texture& picture, const Texture& texture, const Homography& to_texture,
                     const Wobble& wobble, double t) {
  Walk walk(to_texture, wobble, t);
  for (int y = 0; y < picture.height; ++y) {
    walk.begin(0, y);
    for (int x = 0; x < picture.width; ++x, walk.step()) {
      const auto [u, v] = walk.place();
      picture.at(x, y) = sample(texture, u, v);
    }
  }
}

void draw_sprite(Texture& picture, const Texture& sprite, const Homography& to_picture,
                 const Wobble& wobble, double t) {
  const Homography to_sprite = to_picture.inverse();
  const Box box = reached(picture, sprite, to_picture, wobble.amplitude);
  Walk walk(to_sprite, wobble, t);
  const float right = float(sprite.width - 1), bottom = float(sprite.height - 1);
  for (int y = box.top; y < box.bottom; ++y) {
    walk.begin(box.left, y);
    for (int x = box.left; x < box.right; ++x, walk.step()) {
      const auto [u, v] = walk.place();
      if (!(u >= 0 && v >= 0 && u <= right && v <= bottom)) continue;
      const Texel over = sample(sprite, u, v);
      const float opacity = std::clamp(over.lanes[3], 0.0f, 1.0f);
      Texel& under = picture.at(x, y);
      under.lanes = over.lanes + (1 - opacity) * under.lanes;
    }
  }
}

}  // namespace stip::training
