#include "metrics/ssim.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

// The definition, written down window by window in doubles.
double slow_ssim(const Picture& a, const Picture& b, int colour) {
  constexpr double kC1 = 2.55 * 2.55;
  constexpr double kC2 = 7.65 * 7.65;
  double total = 0;
  int windows = 0;
  for (int top = 0; top + 11 <= a.height; ++top) {
    for (int left = 0; left + 11 <= a.width; ++left, ++windows) {
      double weights = 0, sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
      for (int v = 0; v < 11; ++v) {
        for (int u = 0; u < 11; ++u) {
          const double w = std::exp(-((u - 5) * (u - 5) + (v - 5) * (v - 5)) / 4.5);
          const auto i = static_cast<std::size_t>(((top + v) * a.width + left + u) * 3 + colour);
          const double p = a.pixels[i];
          const double q = b.pixels[i];
          weights += w;
          sum_a += w * p;
          sum_b += w * q;
          sum_aa += w * p * p;
          sum_bb += w * q * q;
          sum_ab += w * p * q;
        }
      }
      const double ma = sum_a / weights;
      const double mb = sum_b / weights;
      const double va = sum_aa / weights - ma * ma;
      const double vb = sum_bb / weights - mb * mb;
      const double cov = sum_ab / weights - ma * mb;
      total +=
          (2 * ma * mb + kC1) * (2 * cov + kC2) / ((ma * ma + mb * mb + kC1) * (va + vb + kC2));
    }
  }
  return total / windows;
}

Picture blend(const Picture& a, const Picture& b, int percent) {
  Picture mixed(a.width, a.height);
  for (std::size_t i = 0; i < mixed.pixels.size(); ++i) {
    mixed.pixels[i] =
        static_cast<std::uint8_t>((a.pixels[i] * (100 - percent) + b.pixels[i] * percent) / 100);
  }
  return mixed;
}

TEST(Ssim, EqualsTheDefinition) {
  const Picture a = Picture::moving(29, 23, 5);
  for (const int noise : {5, 40, 100}) {
    const Picture b = blend(a, Picture::random(29, 23, 7), noise);
    double expected = 0;
    for (int colour = 0; colour < 3; ++colour) expected += slow_ssim(a, b, colour) / 3;
    EXPECT_NEAR(ssim(a.view(), b.view()), expected, 2e-5) << noise;
  }
}

// Bright and flat: where single precision loses most of the variance.
TEST(Ssim, KeepsItsDigitsOnBrightFlatPictures) {
  Picture a(16, 16);
  std::fill(a.pixels.begin(), a.pixels.end(), std::uint8_t{254});
  Picture b = a;
  for (std::size_t i = 0; i < b.pixels.size(); i += 7) b.pixels[i] = 255;
  double expected = 0;
  for (int colour = 0; colour < 3; ++colour) expected += slow_ssim(a, b, colour) / 3;
  EXPECT_NEAR(ssim(a.view(), b.view()), expected, 5e-4);
}

TEST(Ssim, IsOneForEqualPicturesOfAnySize) {
  for (const int size : {1, 2, 10, 11, 30}) {
    const Picture a = Picture::random(size, 12, 3);
    EXPECT_NEAR(ssim(a.view(), a.view()), 1, 1e-6) << size;
  }
}

TEST(Ssim, SmallPicturesAreRepeatedAtTheirEdge) {
  const Picture small = Picture::random(3, 2, 5);
  const Picture other = Picture::random(3, 2, 6);
  const auto repeated = [](const Picture& from) {
    Picture large(11, 11);
    for (int y = 0; y < 11; ++y) {
      for (int x = 0; x < 11; ++x) {
        for (int c = 0; c < 3; ++c) {
          large.pixels[static_cast<std::size_t>(3 * (11 * y + x) + c)] =
              from.pixels[static_cast<std::size_t>(3 * (3 * std::min(y, 1) + std::min(x, 2)) + c)];
        }
      }
    }
    return large;
  };
  EXPECT_DOUBLE_EQ(ssim(small.view(), other.view()),
                   ssim(repeated(small).view(), repeated(other).view()));
}

}  // namespace
}  // namespace stip
