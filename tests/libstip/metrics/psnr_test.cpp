#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "metrics/absolute_error.h"
#include "metrics/multi_scale_similarity.h"
#include "metrics/psnr.h"
#include "metrics/sharpness.h"
#include "metrics/structural_similarity.h"
#include "support/pictures.h"

namespace stip {
namespace {

TEST(Psnr, IsFlooredAtAQuarterLevel) {
  EXPECT_NEAR(psnr(0), 60.17, 0.005);
  EXPECT_NEAR(psnr(1), 48.13, 0.005);
}

TEST(Psnr, ComparesPicturesOfDifferentStrides) {
  const test::Picture a(3, 2);
  const std::vector<std::uint8_t> wide(2 * 12, 2);
  const FrameView b{wide.data(), 3, 2, 12, PixelOrder::kBgr};
  EXPECT_DOUBLE_EQ(squared_error(a.view(), b), 4);
}

TEST(Psnr, ComparesPicturesOfDifferentOrders) {
  const std::vector<std::uint8_t> bgr = {1, 2, 3, 40, 50, 60};
  const std::vector<std::uint8_t> rgb = {3, 2, 1, 60, 50, 43};
  const FrameView a{bgr.data(), 2, 1, 6, PixelOrder::kBgr};
  const FrameView b{rgb.data(), 2, 1, 6, PixelOrder::kRgb};
  EXPECT_DOUBLE_EQ(squared_error(a, b), 9.0 / 6);
}

// As tests/data/metrics/make_golden.py makes them; the golden values are from there.
struct Pair {
  test::Picture a;
  test::Picture b;

  Pair(int width, int height) : a(width, height), b(width, height) {
    std::size_t at = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < 3; ++c, ++at) {
          const int value = (x * 7 + y * 3 + c * 50 + (x * y) % 31) % 256;
          const int other = value + (x * 5 + y * 11 + c) % 23 - 11 + (x > width / 2 ? 20 : 0);
          a.pixels[at] = static_cast<std::uint8_t>(value);
          b.pixels[at] = static_cast<std::uint8_t>(std::clamp(other, 0, 255));
        }
      }
    }
  }
};

double ssim(const Pair& pair, SimilarityConvention convention) {
  return structural_similarity(pair.a.view(), pair.b.view(), convention);
}

TEST(StructuralSimilarity, IsScikitImagesInBothConventions) {
  using C = SimilarityConvention;
  EXPECT_NEAR(ssim(Pair(40, 29), C::kStrict), 0.9195827, 2e-6);
  EXPECT_NEAR(ssim(Pair(40, 29), C::kPaper), 0.9469003, 2e-6);
  EXPECT_NEAR(ssim(Pair(11, 11), C::kStrict), 0.8080948, 2e-6);
  EXPECT_NEAR(ssim(Pair(11, 11), C::kPaper), 0.8955253, 2e-6);
  EXPECT_NEAR(ssim(Pair(192, 176), C::kStrict), 0.9249384, 2e-6);
  EXPECT_NEAR(ssim(Pair(192, 176), C::kPaper), 0.9525045, 2e-6);
}

TEST(StructuralSimilarity, OfEqualPicturesIsOneAndOfTinyOnesNone) {
  const test::Picture same = test::Picture::random(20, 20, 1);
  for (const auto convention : {SimilarityConvention::kStrict, SimilarityConvention::kPaper}) {
    EXPECT_NEAR(structural_similarity(same.view(), same.view(), convention), 1, 1e-9);
  }
  EXPECT_TRUE(std::isnan(ssim(Pair(10, 40), SimilarityConvention::kStrict)));
  EXPECT_TRUE(std::isnan(ssim(Pair(40, 6), SimilarityConvention::kPaper)));
}

TEST(MultiScaleSimilarity, IsPytorchMsssims) {
  const Pair pair(192, 176);
  EXPECT_NEAR(multi_scale_similarity(pair.a.view(), pair.b.view()), 0.9909605, 2e-6);
  const auto both = gaussian_similarities(pair.a.view(), pair.b.view());
  EXPECT_NEAR(both.ms_ssim, 0.9909605, 2e-6);
  EXPECT_NEAR(both.ssim, 0.9249384, 2e-6);
  EXPECT_TRUE(std::isnan(multi_scale_similarity(Pair(175, 192).a.view(), Pair(175, 192).b.view())));
}

TEST(AbsoluteError, IsTheMeanOverAllValues) {
  test::Picture a(2, 1), b(2, 1);
  a.pixels = {10, 20, 30, 40, 50, 60};
  b.pixels = {13, 20, 30, 31, 50, 60};
  EXPECT_DOUBLE_EQ(absolute_error(a.view(), b.view()), 2);
}

TEST(LaplacianEnergy, SeesWhatBlurTakesAway) {
  test::Picture point(3, 3);
  point.pixels[4 * 3 + 1] = 10;
  EXPECT_DOUBLE_EQ(laplacian_energy(point.view()), 1600.0 / 3);
  EXPECT_EQ(laplacian_energy(test::Picture(2, 9).view()), 0);
  EXPECT_EQ(laplacian_energy(test::Picture(9, 9).view()), 0);
}

}  // namespace
}  // namespace stip
