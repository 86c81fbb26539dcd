// What synthetic scenes are made of: textures, masks, paths, layers, sensors, codecs, sources.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/synthetic_camera.h"
#include "data/synthetic_degrade.h"
#include "data/synthetic_layer.h"
#include "data/synthetic_mask.h"
#include "data/synthetic_pattern.h"
#include "data/synthetic_random.h"
#include "data/synthetic_sources.h"
#include "media/picture.h"
#include "media/recode.h"
#include "media_fixture.h"

namespace stip::training {
namespace {

constexpr double kPi = 3.14159265358979;

// A wave of a period of four pixels, the same in all rows and colours.
Texture wave_texture(int width, int height) {
  Texture texture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float value = 128 + 100 * float(std::sin(kPi * x / 2 + 0.4));
      texture.at(x, y).lanes = Texel::Lanes{value, value, value, 1};
    }
  }
  return texture;
}

TEST(SyntheticTexture, SplineGoesThroughTheTexels) {
  RandomStream random(1, 0);
  const Texture texture = random_pattern(random, 23, 17);
  Texture spline = texture;
  to_spline(spline);
  for (int y = 0; y < texture.height; ++y) {
    for (int x = 0; x < texture.width; ++x) {
      for (int c = 0; c < 4; ++c) {
        ASSERT_NEAR(sample(spline, float(x), float(y)).lanes[c], texture.at(x, y).lanes[c], 0.02);
      }
    }
  }
  // Mirrored beyond its border, however far.
  EXPECT_NEAR(sample(spline, -3, 5).lanes[0], texture.at(3, 5).lanes[0], 0.02);
  EXPECT_NEAR(sample(spline, 44 + 3, 5).lanes[0], texture.at(3, 5).lanes[0], 0.02);
  EXPECT_NEAR(sample(spline, 4, 16 + 2).lanes[1], texture.at(4, 14).lanes[1], 0.02);
  EXPECT_NEAR(sample(spline, 4, -3200 + 2).lanes[1], texture.at(4, 2).lanes[1], 0.02);
}

// Bilinear would leave 71 % of this wave half-way between pixels, Catmull-Rom 88 %.
TEST(SyntheticTexture, StaysSharpBetweenPixels) {
  Texture spline = wave_texture(64, 8);
  to_spline(spline);
  for (const float part : {0.0f, 0.25f, 0.5f, 0.75f}) {
    for (int x = 16; x < 48; ++x) {
      const double expected = 128 + 100 * std::sin(kPi * (x + part) / 2 + 0.4);
      ASSERT_NEAR(sample(spline, x + part, 3.5f).lanes[0], expected, 4) << part;
    }
  }
}

TEST(SyntheticTexture, BlurKeepsFlatGroundAndSum) {
  Texture texture(15, 15);
  texture.at(7, 7).lanes = Texel::Lanes{100, 100, 100, 1};
  blur(texture, 1);
  double sum = 0;
  for (const Texel& texel : texture.texels) sum += texel.lanes[0];
  EXPECT_NEAR(sum, 100, 0.01);
  EXPECT_NEAR(texture.at(7, 7).lanes[0], 100 / (2 * kPi), 0.5);
  EXPECT_NEAR(texture.at(6, 7).lanes[0], texture.at(7, 8).lanes[0], 1e-4);
}

TEST(SyntheticPattern, IsOpaqueInRangeAndVaried) {
  RandomStream random(5, 0);
  int flat = 0;
  for (int i = 0; i < 60; ++i) {
    const Texture texture = random_pattern(random, 40, 31);
    double sum = 0, squares = 0;
    for (const Texel& texel : texture.texels) {
      ASSERT_EQ(texel.lanes[3], 1);
      for (int c = 0; c < 3; ++c) ASSERT_TRUE(texel.lanes[c] >= 0 && texel.lanes[c] <= 255);
      sum += texel.lanes[1];
      squares += texel.lanes[1] * texel.lanes[1];
    }
    const double count = double(texture.texels.size()), mean = sum / count;
    flat += squares / count - mean * mean < 4;
  }
  EXPECT_LT(flat, 6);
  for (const int side : {1, 2, 3}) EXPECT_EQ(random_pattern(random, side, 1).width, side);
}

TEST(SyntheticMask, HasATransparentRimAndSoftEdges) {
  RandomStream random(2, 0);
  for (int i = 0; i < 60; ++i) {
    const Mask mask = random_mask(random, 52, 44, 1);
    double covered = 0;
    int soft = 0;
    for (int y = 0; y < mask.height; ++y) {
      for (int x = 0; x < mask.width; ++x) {
        const float value = mask.opacity[std::size_t(y) * mask.width + x];
        ASSERT_TRUE(value >= 0 && value <= 1);
        if (x < 2 || y < 2 || x >= 50 || y >= 42) {
          ASSERT_EQ(value, 0);
        }
        covered += value;
        soft += value > 0.02 && value < 0.98;
      }
    }
    EXPECT_GT(covered, 0.1 * 40 * 32);
    EXPECT_GT(soft, 20);
  }
}

TEST(SyntheticMotion, InverseUndoesAndThenIsInOrder) {
  const Homography map{{1.1, 0.2, 5, -0.1, 0.9, -3, 0.001, -0.0005, 1}};
  const auto [x, y] = map.then(map.inverse()).apply(17, 29);
  EXPECT_NEAR(x, 17, 1e-9);
  EXPECT_NEAR(y, 29, 1e-9);
  const auto turned =
      Homography::shift(1, 0).then(Homography::turn(kPi / 2, 2)).then(Homography::shift(0, 10));
  EXPECT_NEAR(turned.apply(2, 0)[0], 0, 1e-9);
  EXPECT_NEAR(turned.apply(2, 0)[1], 16, 1e-9);
}

TEST(SyntheticMotion, SpeedsGoFromPartsOfAPixelToFast) {
  RandomStream random(3, 0);
  int slow = 0, fast = 0;
  for (int i = 0; i < 2000; ++i) {
    const double speed = random_speed(random);
    ASSERT_TRUE(speed >= 0.2 && speed <= 16);
    slow += speed < 1;
    fast += speed > 8;
  }
  EXPECT_NEAR(slow, 800, 150);
  EXPECT_NEAR(fast, 167, 60);
}

// Nothing jumps: a frame's step is not much longer than what the speeds allow.
TEST(SyntheticMotion, PathsAreSmoothAndPassThroughTheirPlace) {
  RandomStream random(4, 0);
  for (int i = 0; i < 500; ++i) {
    const MoverPath path = random_mover_path(random, 100, 80, 12);
    double nearest = 1e9, before = 0;
    for (double t = -2; t < 14; t += 0.01) {
      nearest = std::min(nearest, std::hypot(path.x.at(t) - 100, path.y.at(t) - 80));
      const double step =
          std::hypot(path.x.at(t + 1) - path.x.at(t), path.y.at(t + 1) - path.y.at(t));
      if (t > -2) {
        ASSERT_LT(std::abs(step - before), 1);
      }
      ASSERT_LT(step, 60);
      before = step;
    }
    EXPECT_LT(nearest, 1);
    MoverPath normal = path;
    normal.size.start -= least_size(path, 12);
    for (int t = 0; t <= 12; ++t) EXPECT_GE(normal.size.at(t), -0.01);
  }
}

TEST(SyntheticCamera, NeverShowsTexelsDenserThanPixels) {
  RandomStream random(6, 0);
  for (int i = 0; i < 200; ++i) {
    CameraPath camera = moving_camera(random, 120, 90, 12);
    const WorldBox box = world_box(camera, 12);
    for (int t = 0; t < 12; ++t) {
      const auto a = camera.at(t).apply(60, 45), b = camera.at(t).apply(61, 45);
      EXPECT_LT(std::hypot(a[0] - b[0], a[1] - b[1]), 1.05);
      EXPECT_TRUE(a[0] > box.left && a[0] < box.right && a[1] > box.top && a[1] < box.bottom);
    }
  }
  const auto still = still_camera(120, 90).at(7).apply(31, 8);
  EXPECT_NEAR(still[0], 31, 1e-9);
  EXPECT_NEAR(still[1], 8, 1e-9);
}

TEST(SyntheticLayer, BackgroundMovesByPartsOfAPixelAndHasNoBorder) {
  Texture spline = wave_texture(80, 20);
  to_spline(spline);
  Texture picture(40, 20);
  draw_background(picture, spline, Homography::shift(10.3, 0), {}, 0);
  for (int x = 0; x < 40; ++x) {
    EXPECT_NEAR(picture.at(x, 9).lanes[2], 128 + 100 * std::sin(kPi * (x + 10.3) / 2 + 0.4), 4);
  }
  Texture white(30, 30);
  for (Texel& texel : white.texels) texel.lanes = Texel::Lanes{255, 255, 255, 1};
  to_spline(white);
  for (const double away : {-500.0, -20.0, 20.0, 5000.0}) {
    draw_background(picture, white, Homography::shift(away, -away), {3, 20, 0.1, 0}, 2);
    for (const Texel& texel : picture.texels) ASSERT_NEAR(texel.lanes[0], 255, 0.1);
  }
}

TEST(SyntheticLayer, SpriteCoversWhatIsBehindAndNothingElse) {
  Texture sprite(21, 21);
  for (int y = 5; y < 16; ++y) {
    for (int x = 5; x < 16; ++x) sprite.at(x, y).lanes = Texel::Lanes{200, 100, 50, 1};
  }
  blur(sprite, 0.6);
  to_spline(sprite);
  for (const double wobble : {0.0, 2.0}) {
    Texture picture(60, 60);
    for (Texel& texel : picture.texels) texel.lanes = Texel::Lanes{10, 20, 30, 1};
    draw_sprite(picture, sprite, Homography::shift(20, 30), {wobble, 40, 0.1, 0}, 1);
    EXPECT_NEAR(picture.at(30, 40).lanes[0], 200, 2);
    EXPECT_NEAR(picture.at(30, 40).lanes[2], 50, 2);
    EXPECT_NEAR(picture.at(10, 10).lanes[0], 10, 0.01);
    EXPECT_NEAR(picture.at(22, 32).lanes[1], 20, 0.5);
    draw_sprite(picture, sprite, Homography::shift(-300, 900), {}, 1);  // outside: nothing
  }
}

TEST(SyntheticSensor, NoiseHasItsDeviationAndIsFresh) {
  Texture grey(100, 100);
  for (Texel& texel : grey.texels) texel.lanes = Texel::Lanes{127.5f, 127.5f, 127.5f, 1};
  RandomStream random(8, 0);
  Sensor sensor;
  const Image clean = expose(grey, sensor, 0, random);
  EXPECT_EQ(expose(grey, sensor, 5, random), clean);
  sensor.noise = 5;
  const Image a = expose(grey, sensor, 0, random), b = expose(grey, sensor, 0, random);
  double sum = 0, squares = 0, product = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const double x = a.pixels[i] - 127.5, y = b.pixels[i] - 127.5;
    sum += x;
    squares += x * x;
    product += x * y;
  }
  const double count = double(a.pixels.size());
  EXPECT_NEAR(sum / count, 0, 0.2);
  EXPECT_NEAR(std::sqrt(squares / count), 5, 0.15);
  EXPECT_NEAR(product / count, 0, 0.6);
  sensor = {0.02, 0, 0};
  EXPECT_NEAR(expose(grey, sensor, 5, random).pixels[0], 127.5 * 1.1, 1);
}

TEST(SyntheticCodec, GivesEveryFrameBackInOrder) {
  const TemporaryFolder folder;
  const std::vector<Image> frames = numbered_pictures(9, 67, 65);
  RandomStream random(9, 0);
  int kept = 0, jpeg = 0, h264 = 0;
  for (int i = 0; i < 60; ++i) {
    const Codec codec = random_codec(random);
    kept += codec.encoders.empty();
    const bool is_jpeg = codec.extension == ".avi";
    int& count = is_jpeg ? jpeg : h264;
    if (codec.encoders.empty() || count++ > 3) continue;
    const auto result = recode(frames, codec.encoders, folder / ("coded" + codec.extension));
    ASSERT_EQ(result.size(), frames.size());
    for (std::size_t t = 0; t < frames.size(); ++t) {
      ASSERT_EQ(result[t].width, 67);
      ASSERT_EQ(result[t].height, 65);
      EXPECT_NE(result[t], frames[t]);
      EXPECT_NEAR(result[t].pixels[(60 * 67 + 60) * 3], frames[t].pixels[(60 * 67 + 60) * 3], 30);
    }
  }
  EXPECT_NEAR(kept, 30, 15);
  EXPECT_GT(jpeg, 2);
  EXPECT_GT(h264, 8);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// Magenta with some texture, between black bars.
Image magenta_picture() {
  Image image(64, 64);
  for (int y = 12; y < 52; ++y) {
    for (int x = 0; x < 64; ++x) {
      std::uint8_t* pixel = image.pixels.data() + y * image.stride() + x * 3;
      pixel[0] = pixel[2] = std::uint8_t(180 + (x * 7 + y * 5) % 60);
    }
  }
  return image;
}

TEST(SyntheticSources, TexturesComeFromThemInHalfOfTheCases) {
  const TemporaryFolder folder;
  write_video(folder / "a.avi", {magenta_picture(), magenta_picture(), magenta_picture()});
  std::filesystem::create_directories(folder / "b");
  write_png(folder / "b/0.png", magenta_picture().view());
  const TextureSources sources({folder.path()}, 1);
  EXPECT_EQ(sources.count(), 4u);
  RandomStream random(1, 0);
  int used = 0;
  for (int i = 0; i < 200; ++i) {
    const Texture texture = random_texture(random, sources, 30, 20);
    used += std::all_of(texture.texels.begin(), texture.texels.end(), [](const Texel& texel) {
      return texel.lanes[1] == 0 && texel.lanes[0] > 170 && texel.lanes[3] == 1;  // no black bar
    });
  }
  EXPECT_NEAR(used, 100, 35);
}

TEST(SyntheticSources, AreBounded) {
  const TemporaryFolder folder;
  for (int i = 0; i < 5; ++i) {
    write_video(folder / (std::to_string(i) + ".avi"), numbered_pictures(40, 40, 30));
  }
  EXPECT_EQ(TextureSources({folder.path()}, 1).count(), 96u);
}

TEST(SyntheticSources, SayWhatIsWrong) {
  const TemporaryFolder folder;
  expect_error(ErrorCode::kNotFound, "does not exist",
               [&] { TextureSources({folder / "nosuch.mp4"}, 1); });
  write_video(folder / "black.avi", {Image(64, 64), Image(64, 64)});
  expect_error(ErrorCode::kWrongKind, "nothing but single colours",
               [&] { TextureSources({folder / "black.avi"}, 1); });
}

}  // namespace
}  // namespace stip::training
