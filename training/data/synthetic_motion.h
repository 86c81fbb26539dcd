#pragma once

#include <array>
#include <vector>

#include "data/random_stream.h"

namespace stip::training {

/// A 3x3 homography, row by row: (x, y) -> ((a0 x + a1 y + a2) / w, (a3 x + a4 y + a5) / w) with
/// w = a6 x + a7 y + a8.
struct Homography {
  std::array<double, 9> a = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  static Homography shift(double x, double y);
  /// Turned by `angle` (radians) and enlarged by `scale`.
  static Homography turn(double angle, double scale);
  /// `after` applied to what this gives.
  Homography then(const Homography& after) const;
  Homography inverse() const;
  std::array<double, 2> apply(double x, double y) const;
};

/// amplitude * sin(2 pi (frequency t + phase)); t in frames.
struct Wave {
  double amplitude = 0, frequency = 0, phase = 0;
  double at(double t) const;
};

/// One number that changes smoothly with time (in frames, parts of one too).
struct Path {
  double start = 0, speed = 0, acceleration = 0;
  std::vector<Wave> waves;
  double at(double t) const;
};

/// A wave whose fastest change is `speed` a frame, 5 to 40 frames long.
Wave random_wave(RandomStream& random, double speed);

/// Pixels a frame: 0.2 to 8, evenly in the logarithm; one in twelve up to 16.
double random_speed(RandomStream& random);

/// How a mover lies in the world: its centre, angle (radians) and the logarithm of its size.
struct MoverPath {
  Path x, y, angle, size;
  Homography at(double t) const;  ///< from mover to world, both in pixels
};

/// A mover that is near `x`, `y` at some time of the scene's `frames`.
MoverPath random_mover_path(RandomStream& random, double x, double y, int frames);

/// The least of path.size over the frames.
double least_size(const MoverPath& path, int frames);

}  // namespace stip::training
