#pragma once

#include "data/synthetic_motion.h"

namespace stip::training {

/// Where each pixel of the picture looks to in the world, over time.
struct CameraPath {
  double width = 0, height = 0;  ///< of the picture, pixels
  Path x, y, angle, zoom;        ///< pan (pixels), turn (radians), logarithm of world per picture
  Path tilt_x, tilt_y;           ///< perspective: 1 / pixels
  double nearest = 0;  ///< subtracted from zoom: no picture shows texels denser than its own

  Homography at(double t) const;  ///< from picture to world
};

/// Does not move at all.
CameraPath still_camera(int width, int height);

/// Pans, zooms, turns, tilts, shakes: some of these.
CameraPath moving_camera(RandomStream& random, int width, int height, int frames);

/// World pixels that some picture of the scene shows.
struct WorldBox {
  double left = 0, top = 0, right = 0, bottom = 0;
};
WorldBox world_box(const CameraPath& camera, int frames);

}  // namespace stip::training
