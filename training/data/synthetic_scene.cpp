#include "data/synthetic_scene.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic_camera.h"
#include "data/synthetic_degrade.h"
#include "data/synthetic_random.h"
#include "data/synthetic_sprite.h"
#include "media/recode.h"

namespace stip::training {
namespace {

constexpr std::uint64_t kSceneStream = 0x5343454E45000000ULL;

struct Scene {
  SceneShape shape;
  CameraPath camera;
  Texture background;        // a spline
  double left = 0, top = 0;  // of the background in the world
  Wobble wobble;
  std::vector<Sprite> sprites;  // far to near
  double shutter = 0;           // motion blur, frames
};

void set_background(RandomStream& random, const TextureSources& sources, double focus,
                    Scene& scene) {
  const WorldBox box = world_box(scene.camera, scene.shape.frames);
  const auto place = [](double low, double high, int side, double* start) {
    // Beyond, it is mirrored: bounded memory for long pans.
    const double size = std::min({high - low + 9, 3.0 * side, side + 1024.0});
    *start = std::floor((low + high - size) / 2);
    return int(std::ceil(size)) + 1;
  };
  const int width = place(box.left, box.right, scene.shape.width, &scene.left);
  const int height = place(box.top, box.bottom, scene.shape.height, &scene.top);
  scene.background = random_texture(random, sources, width, height);
  blur(scene.background, focus);
  to_spline(scene.background);
}

Sprite random_sprite(RandomStream& random, const TextureSources& sources, const Scene& scene,
                     bool moves, double least, double most, double focus) {
  const double side = std::min(scene.shape.width, scene.shape.height);
  const double size = side * log_between(random, least, most);
  const double aspect = log_between(random, 0.6, 1.7);
  const int frames = scene.shape.frames;
  // Where it is in the picture at some time: seen by the camera in the middle of the scene.
  const auto [x, y] = scene.camera.at(frames / 2.0)
                          .apply(scene.shape.width * between(random, 0.05, 0.95),
                                 scene.shape.height * between(random, 0.05, 0.95));
  MoverPath path = random_mover_path(random, x, y, frames);
  const double wobble_speed = log_between(random, 0.2, 4);
  const Wobble wobble = random_wobble(random, wobble_speed, size);
  const bool wobbles = chance(random, 0.25);
  if (!moves) {
    const double angle = path.angle.start;
    path = {};
    path.x.start = x;
    path.y.start = y;
    path.angle.start = angle;
  }
  Sprite sprite = make_sprite(random, sources, path, std::max(3, int(size * std::sqrt(aspect))),
                              std::max(3, int(size / std::sqrt(aspect))), frames, focus);
  if (moves && wobbles) sprite.wobble = wobble;
  return sprite;
}

void set_sprites(RandomStream& random, const TextureSources& sources, SceneKind kind, double focus,
                 Scene& scene) {
  const bool moving = kind == SceneKind::kMoving;
  const auto resting = std::int64_t(random.below(moving ? 3 : 5));
  const auto movers = moving ? 1 + random.below(6) : 0;
  for (std::int64_t i = 0; i < resting + movers; ++i) {
    RandomStream own = split(random);
    scene.sprites.push_back(random_sprite(own, sources, scene, i >= resting, 0.1, 0.5, focus));
  }
  for (std::size_t i = scene.sprites.size(); i > 1; --i) {
    std::swap(scene.sprites[i - 1], scene.sprites[std::size_t(random.below(std::int64_t(i)))]);
  }
  if (kind == SceneKind::kOneMover) {
    scene.sprites.push_back(random_sprite(random, sources, scene, true, 0.05, 0.15, focus));
  }
}

// Pixels that something moves in a frame, about.
double fastest(const Scene& scene) {
  double most = 0;
  for (int t = 0; t < scene.shape.frames; ++t) {
    for (const double corner : {0.0, 1.0}) {
      const double x = corner * scene.shape.width, y = corner * scene.shape.height;
      const auto a = scene.camera.at(t).apply(x, y), b = scene.camera.at(t + 1).apply(x, y);
      most = std::max(most, std::hypot(a[0] - b[0], a[1] - b[1]));
    }
    for (const Sprite& sprite : scene.sprites) {
      const auto a = sprite.path.at(t).apply(0, 0), b = sprite.path.at(t + 1).apply(0, 0);
      most = std::max(most, std::hypot(a[0] - b[0], a[1] - b[1]));
    }
  }
  return most;
}

Texture render(const Scene& scene, double t) {
  Texture picture(scene.shape.width, scene.shape.height);
  const Homography to_world = scene.camera.at(t);
  draw_background(picture, scene.background,
                  to_world.then(Homography::shift(-scene.left, -scene.top)), scene.wobble, t);
  const Homography to_picture = to_world.inverse();
  for (const Sprite& sprite : scene.sprites) {
    const Homography placed = sprite.to_world(t);
    if (sprite.shadow.width > 0) {
      draw_sprite(picture, sprite.shadow,
                  placed.then(Homography::shift(sprite.shadow_x, sprite.shadow_y)).then(to_picture),
                  sprite.wobble, t);
    }
    draw_sprite(picture, sprite.texture, placed.then(to_picture), sprite.wobble, t);
  }
  return picture;
}

// Light of the time that the shutter is open.
Texture exposed(const Scene& scene, int t) {
  if (scene.shutter == 0) return render(scene, t);
  const int parts = std::clamp(int(std::ceil(fastest(scene) * scene.shutter / 1.2)), 2, 9);
  Texture sum(scene.shape.width, scene.shape.height);
  for (int i = 0; i < parts; ++i) {
    const Texture part = render(scene, t + scene.shutter * i / parts);
    for (std::size_t j = 0; j < sum.texels.size(); ++j) {
      sum.texels[j].lanes += part.texels[j].lanes * (1.0f / float(parts));
    }
  }
  return sum;
}

Scene build(RandomStream& random, const SceneShape& shape, SceneKind kind,
            const TextureSources& sources) {
  Scene scene;
  scene.shape = shape;
  scene.camera = still_camera(shape.width, shape.height);
  RandomStream camera = split(random), sprites = split(random), texture = split(random);
  const double focus = chance(random, 0.35) ? between(random, 0.6, 1.3) : 0.55;
  const bool blurred = chance(random, 0.2), pans = chance(random, 0.6);
  const bool flows = chance(random, 0.06);
  const double shutter = between(random, 0.3, 1);
  const Wobble wobble = random_wobble(random, log_between(random, 0.2, 3), 100);
  if (kind == SceneKind::kMoving) {
    if (pans) scene.camera = moving_camera(camera, shape.width, shape.height, shape.frames);
    if (flows) scene.wobble = wobble;
    if (blurred) scene.shutter = shutter;
  }
  set_background(texture, sources, focus, scene);
  set_sprites(sprites, sources, kind, focus, scene);
  return scene;
}

}  // namespace

SceneKind scene_kind(std::uint64_t seed, std::int64_t number) {
  const double kind = RandomStream(seed, kSceneStream + std::uint64_t(number)).uniform();
  if (kind < 0.09) return SceneKind::kOnlyNoise;
  if (kind < 0.16) return SceneKind::kFrozen;
  if (kind < 0.25) return SceneKind::kOneMover;
  return SceneKind::kMoving;
}

std::vector<Image> make_scene(const SceneShape& shape, std::uint64_t seed, std::int64_t number,
                              const TextureSources& sources, const std::string& file) {
  const SceneKind kind = scene_kind(seed, number);
  RandomStream random(seed, kSceneStream + std::uint64_t(number));
  random.bits();  // the kind
  RandomStream layout = split(random), look = split(random), noise = split(random);
  const Scene scene = build(layout, shape, kind, sources);
  Sensor sensor = random_sensor(look, kind == SceneKind::kMoving);
  const Codec codec = random_codec(look);
  if (kind == SceneKind::kOnlyNoise) sensor.noise = std::max(sensor.noise, 0.7);
  std::vector<Image> frames;
  const bool still = kind == SceneKind::kOnlyNoise || kind == SceneKind::kFrozen;
  Texture picture;
  for (int t = 0; t < shape.frames; ++t) {
    if (t == 0 || !still) picture = exposed(scene, t);
    frames.push_back(expose(picture, sensor, t, noise));
  }
  if (shape.coded) frames = recode(frames, codec.encoders, file + codec.extension);
  if (kind == SceneKind::kFrozen) std::fill(frames.begin() + 1, frames.end(), frames.front());
  return frames;
}

}  // namespace stip::training
