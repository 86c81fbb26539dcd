#pragma once

#include <string>
#include <vector>

#include "data/random_stream.h"
#include "data/synthetic_texture.h"
#include "media/image.h"

namespace stip::training {

/// What the light and the sensor do to each frame.
struct Sensor {
  double drift = 0;    ///< of the exposure, a frame (0.01: a hundredth brighter)
  double flicker = 0;  ///< largest random change of a frame's exposure
  double noise = 0;    ///< deviation in mid grey, 8-bit steps; brighter is noisier, as in cameras
};

/// Some drift and flicker if `moving`, noise of 0 to 6 steps in most scenes.
Sensor random_sensor(RandomStream& random, bool moving);

/// Frame `t` as 8-bit picture. The noise is drawn from `random`.
Image expose(const Texture& frame, const Sensor& sensor, int t, RandomStream& random);

/// What a camera or a recording codes the frames with.
struct Codec {
  std::string encoders;   ///< gst-launch syntax, muxer included; empty: the frames stay as they are
  std::string extension;  ///< of its file
};

/// In half of the cases none, otherwise H.264 (which freezes noise where nothing moves) or JPEG at
/// a random quality.
Codec random_codec(RandomStream& random);

}  // namespace stip::training
