#include "data/synthetic_sprite.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/synthetic_mask.h"
#include "data/synthetic_random.h"

namespace stip::training {
namespace {

// Lit from one side.
void shade(RandomStream& random, Texture& texture) {
  const double strength = between(random, 0, 0.5), angle = between(random, 0, 6.2832);
  const float dx = float(strength * std::cos(angle) / texture.width);
  const float dy = float(strength * std::sin(angle) / texture.height);
  for (int y = 0; y < texture.height; ++y) {
    for (int x = 0; x < texture.width; ++x) {
      const float light = 1 + dx * (x - 0.5f * texture.width) + dy * (y - 0.5f * texture.height);
      for (int c = 0; c < 3; ++c) {
        float& value = texture.at(x, y).lanes[c];
        value = std::min(255.0f, value * light);
      }
    }
  }
}

// Black, a blurred copy of the mask.
Texture shadow_of(const Mask& mask, double strength, double softness) {
  Texture shadow(mask.width, mask.height);
  for (std::size_t i = 0; i < mask.opacity.size(); ++i) {
    shadow.texels[i].lanes[3] = float(strength) * mask.opacity[i];
  }
  blur(shadow, softness);
  to_spline(shadow);
  return shadow;
}

}  // namespace

Homography Sprite::to_world(double t) const {
  return Homography::shift(-(texture.width - 1) / 2.0, -(texture.height - 1) / 2.0)
      .then(path.at(t));
}

Sprite make_sprite(RandomStream& random, const TextureSources& sources, MoverPath path, int width,
                   int height, int frames, double focus) {
  Sprite sprite;
  sprite.path = std::move(path);
  sprite.path.size.start -= least_size(sprite.path, frames);
  const int w = width + 2 * kMaskRim, h = height + 2 * kMaskRim;
  sprite.texture = random_texture(random, sources, w, h);
  shade(random, sprite.texture);
  const double soft = chance(random, 0.15) ? between(random, 1.5, 3) : between(random, 0.6, 1.2);
  const Mask mask = random_mask(random, w, h, soft);
  for (std::size_t i = 0; i < mask.opacity.size(); ++i) {
    sprite.texture.texels[i].lanes *= mask.opacity[i];
  }
  blur(sprite.texture, focus);
  to_spline(sprite.texture);
  if (chance(random, 0.25)) {
    sprite.shadow = shadow_of(mask, between(random, 0.2, 0.6), between(random, 1.2, 2));
    sprite.shadow_x = between(random, -0.3, 0.3) * width;
    sprite.shadow_y = between(random, 0, 0.3) * height;
  }
  return sprite;
}

}  // namespace stip::training
