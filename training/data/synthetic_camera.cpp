#include "data/synthetic_camera.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

constexpr double kTurn = 6.283185307179586;

// A hand's: some waves of 2 to 10 frames.
void add_shake(RandomStream& random, Path& path, double most) {
  for (int i = 0; i < 3; ++i) {
    path.waves.push_back(
        {most * random.uniform(), log_between(random, 0.1, 0.45), random.uniform()});
  }
}

}  // namespace

Homography CameraPath::at(double t) const {
  Homography tilt;
  tilt.a[6] = tilt_x.at(t);
  tilt.a[7] = tilt_y.at(t);
  const double middle_x = (width - 1) / 2, middle_y = (height - 1) / 2;
  return Homography::shift(-middle_x, -middle_y)
      .then(tilt)
      .then(Homography::turn(angle.at(t), std::exp(zoom.at(t) - nearest)))
      .then(Homography::shift(middle_x + x.at(t), middle_y + y.at(t)));
}

CameraPath still_camera(int width, int height) {
  CameraPath camera;
  camera.width = width;
  camera.height = height;
  return camera;
}

CameraPath moving_camera(RandomStream& random, int width, int height, int frames) {
  CameraPath camera = still_camera(width, height);
  const double side = std::min(width, height);
  const double speed = random_speed(random), heading = between(random, 0, kTurn);
  if (chance(random, 0.8)) {
    camera.x.speed = speed * std::cos(heading);
    camera.y.speed = speed * std::sin(heading) * (random.coin() ? 0.15 : 1.0);
    if (chance(random, 0.3)) {
      camera.x.acceleration = between(random, -1, 1) * speed / std::max(6, frames);
    }
    if (chance(random, 0.15)) camera.x.waves.push_back(random_wave(random, speed));
  }
  if (chance(random, 0.35)) {
    camera.zoom.speed =
        random_sign(random) * std::min(log_between(random, 0.001, 0.025), 0.5 / frames);
  }
  if (chance(random, 0.25)) {
    camera.angle.speed = random_sign(random) * log_between(random, 0.001, 0.03);
  }
  camera.angle.start = between(random, -0.05, 0.05);
  if (chance(random, 0.3)) {
    for (Path* tilt : {&camera.tilt_x, &camera.tilt_y}) {
      tilt->start = between(random, -0.15, 0.15) / side;
      tilt->speed = between(random, -0.12, 0.12) / side / frames;
    }
  }
  if (chance(random, 0.3)) {
    const double shake = log_between(random, 0.15, 2.5);
    add_shake(random, camera.x, shake);
    add_shake(random, camera.y, shake);
    add_shake(random, camera.angle, shake * 0.002);
  }
  double most = camera.zoom.at(0);
  for (int t = 1; t <= frames; ++t) most = std::max(most, camera.zoom.at(t));
  camera.nearest = most;
  return camera;
}

WorldBox world_box(const CameraPath& camera, int frames) {
  WorldBox box{1e9, 1e9, -1e9, -1e9};
  for (double t = 0; t <= frames; t += 0.5) {
    const Homography map = camera.at(t);
    for (int corner = 0; corner < 4; ++corner) {
      const auto [x, y] = map.apply(corner % 2 == 0 ? 0 : camera.width - 1,
                                    corner / 2 == 0 ? 0 : camera.height - 1);
      box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x),
             std::max(box.bottom, y)};
    }
  }
  return box;
}

}  // namespace stip::training
