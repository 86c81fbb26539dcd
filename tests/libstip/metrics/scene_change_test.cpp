#include "stip/scene_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

// A smooth texture; `shift` pixels to the left, another one for each scene.
Sketch scene(int number, int shift) {
  Picture picture(160, 120);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 160; ++x) {
      const double u = x + shift;
      const double wave =
          std::sin(u * (0.03 + 0.02 * number) + number) * std::cos(y * 0.05 * number);
      const auto value = static_cast<std::uint8_t>(60 + 40 * number + 50 * wave);
      for (int c = 0; c < 3; ++c)
        picture.pixels[static_cast<std::size_t>((y * 160 + x) * 3 + c)] = value;
    }
  }
  return make_sketch(picture.view());
}

Sketch flat(std::uint8_t level) {
  Picture picture(64, 64);
  std::fill(picture.pixels.begin(), picture.pixels.end(), level);
  return make_sketch(picture.view());
}

TEST(SceneChange, IsZeroAtTheStartAndForAStillPicture) {
  SceneChange change;
  EXPECT_EQ(change.measure(scene(1, 0)), 0);
  EXPECT_EQ(change.measure(scene(1, 0)), 0);
}

TEST(SceneChange, IsOneFromBlackToWhite) {
  SceneChange change;
  change.measure(flat(0));
  EXPECT_DOUBLE_EQ(change.measure(flat(255)), 1);
}

TEST(SceneChange, ACutStandsOutOfAPan) {
  SceneChange change;
  double pan = 0;
  for (int i = 0; i < 2; ++i) change.measure(scene(1, 30 * i));
  for (int i = 2; i < 20; ++i) pan = std::max(pan, change.measure(scene(1, 30 * i)));
  const double cut = change.measure(scene(3, 600));
  EXPECT_LT(pan, 0.2);
  EXPECT_GT(cut, 0.5);
}

TEST(SceneChange, NoiseIsNotAScene) {
  SceneChange change;
  double largest = 0;
  for (unsigned i = 0; i < 10; ++i) {
    Picture noisy = Picture::random(160, 120, i);
    for (auto& value : noisy.pixels) value = static_cast<std::uint8_t>(120 + value / 16);
    largest = std::max(largest, change.measure(make_sketch(noisy.view())));
  }
  EXPECT_LT(largest, 0.15);
}

TEST(SceneChange, AnotherSizeStartsAgainAsAResetDoes) {
  SceneChange change;
  change.measure(flat(0));
  EXPECT_EQ(change.measure(scene(3, 0)), 0);
  EXPECT_EQ(change.measure(make_sketch(Picture(161, 120).view())), 0);
  change.reset();
  EXPECT_EQ(change.measure(scene(1, 0)), 0);
}

}  // namespace
}  // namespace stip
