#pragma once

#include "data/synthetic_motion.h"
#include "data/synthetic_texture.h"

namespace stip::training {

/// Makes a layer soft: its rows and columns swing, in waves that run along it.
struct Wobble {
  double amplitude = 0;   ///< texels; 0: stiff
  double wavelength = 1;  ///< texels
  double frequency = 0;   ///< waves a frame
  double phase = 0;
};

/// At most `speed` pixels a frame and a twelfth of `side` (texels) away.
Wobble random_wobble(RandomStream& random, double speed, double side);

/// Fills the picture with the texture, mirrored beyond its border. `to_texture`: from picture to
/// texture. Time t in frames.
void draw_background(Texture& picture, const Texture& texture, const Homography& to_texture,
                     const Wobble& wobble, double t);

/// Lays a premultiplied sprite, transparent at its rim, over the picture.
void draw_sprite(Texture& picture, const Texture& sprite, const Homography& to_picture,
                 const Wobble& wobble, double t);

}  // namespace stip::training
