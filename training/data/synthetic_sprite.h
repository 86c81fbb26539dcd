#pragma once

#include "data/synthetic_layer.h"
#include "data/synthetic_sources.h"

namespace stip::training {

/// A thing in the scene. Texture centre and path's place coincide.
struct Sprite {
  Texture texture;                    // premultiplied spline
  Texture shadow;                     // empty: none
  double shadow_x = 0, shadow_y = 0;  // world pixels away from the sprite
  MoverPath path;
  Wobble wobble;

  /// From the texture (or shadow, which is as large) to the world.
  Homography to_world(double t) const;
};

/// A cut-out of random shape and texture. Its path must be known before: texels are made for the
/// time when it is smallest. `width` and `height`: world pixels at that time. `focus`: blur,
/// texels.
Sprite make_sprite(RandomStream& random, const TextureSources& sources, MoverPath path, int width,
                   int height, int frames, double focus);

}  // namespace stip::training
