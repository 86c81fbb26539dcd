#include "data/synthetic_motion.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic_random.h"

namespace stip::training {
namespace {

constexpr double kTwoPi = 6.283185307179586;

}  // namespace

Homography Homography::shift(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }

Homography Homography::turn(double angle, double scale) {
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  return {{c, -s, 0, s, c, 0, 0, 0, 1}};
}

Homography Homography::then(const Homography& after) const {
  Homography result;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      result.a[i * 3 + j] =
          after.a[i * 3] * a[j] + after.a[i * 3 + 1] * a[3 + j] + after.a[i * 3 + 2] * a[6 + j];
    }
  }
  return result;
}

Homography Homography::inverse() const {
  const auto minor = [this](int i, int j, int k, int l) { return a[i] * a[j] - a[k] * a[l]; };
  Homography result{{minor(4, 8, 5, 7), minor(2, 7, 1, 8), minor(1, 5, 2, 4),  //
                     minor(5, 6, 3, 8), minor(0, 8, 2, 6), minor(2, 3, 0, 5),  //
                     minor(3, 7, 4, 6), minor(1, 6, 0, 7), minor(0, 4, 1, 3)}};
  for (double& value : result.a) value /= minor(0, 4, 1, 3);
  return result;
}

std::array<double, 2> Homography::apply(double x, double y) const {
  const double w = a[6] * x + a[7] * y + a[8];
  return {(a[0] * x + a[1] * y + a[2]) / w, (a[3] * x + a[4] * y + a[5]) / w};
}

double Wave::at(double t) const { return amplitude * std::sin(kTwoPi * (frequency * t + phase)); }

double Path::at(double t) const {
  double value = start + speed * t + 0.5 * acceleration * t * t;
  for (const Wave& wave : waves) value += wave.at(t);
  return value;
}

Wave random_wave(RandomStream& random, double speed) {
  Wave wave;
  wave.frequency = log_between(random, 1 / 40.0, 1 / 5.0);
  wave.phase = random.uniform();
  wave.amplitude = speed / (kTwoPi * wave.frequency);
  return wave;
}

double random_speed(RandomStream& random) {
  const double slow = log_between(random, 0.2, 8), fast = between(random, 8, 16);
  return chance(random, 1 / 12.0) ? fast : slow;
}

Homography MoverPath::at(double t) const {
  return Homography::turn(angle.at(t), std::exp(size.at(t)))
      .then(Homography::shift(x.at(t), y.at(t)));
}

MoverPath random_mover_path(RandomStream& random, double x, double y, int frames) {
  MoverPath path;
  const double speed = random_speed(random), heading = between(random, 0, kTwoPi);
  path.x.speed = speed * std::cos(heading);
  path.y.speed = speed * std::sin(heading);
  if (chance(random, 0.35)) {  // changes by up to its own speed in the scene
    const double change = speed / std::max(6, frames);
    path.x.acceleration = between(random, -change, change) * 1.4;
    path.y.acceleration = between(random, -change, change) * 1.4;
  }
  if (chance(random, 0.3)) {
    const double share = chance(random, 0.5) ? 0.05 : 1.0;  // swings on the spot, or as it goes
    path.x.speed *= share;
    path.y.speed *= share;
    path.x.waves.push_back(random_wave(random, speed * random.uniform()));
    path.y.waves.push_back(random_wave(random, speed * random.uniform()));
  }
  path.angle.start = between(random, 0, kTwoPi);
  if (chance(random, 0.4)) path.angle.speed = random_sign(random) * log_between(random, 0.003, 0.1);
  if (chance(random, 0.2))
    path.angle.waves.push_back(random_wave(random, log_between(random, 0.01, 0.12)));
  if (chance(random, 0.4))
    path.size.speed =
        random_sign(random) * std::min(log_between(random, 0.002, 0.03), 0.6 / frames);
  if (chance(random, 0.15))
    path.size.waves.push_back(random_wave(random, log_between(random, 0.004, 0.03)));
  const double when = between(random, -0.15, 1.15) * frames;
  path.x.start = x - path.x.at(when);
  path.y.start = y - path.y.at(when);
  return path;
}

double least_size(const MoverPath& path, int frames) {
  double least = path.size.at(0);
  for (double t = 0; t <= frames; t += 0.5) least = std::min(least, path.size.at(t));
  return least;
}

}  // namespace stip::training
