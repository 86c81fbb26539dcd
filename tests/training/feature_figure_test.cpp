#include "feature_figure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stip::training {
namespace {

std::vector<int> greys(const Image& image) {
  std::vector<int> values;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    EXPECT_EQ(image.pixels[i], image.pixels[i + 1]);
    EXPECT_EQ(image.pixels[i], image.pixels[i + 2]);
    values.push_back(image.pixels[i]);
  }
  return values;
}

// 64 channels of 16x16, as the paper's networks have: 8x8 of them in 128x128.
TEST(FeatureFigure, LaysChannelsOutInASquare) {
  FeatureMaps maps{64, 16, 16, std::vector<float>(64 * 16 * 16)};
  for (std::size_t i = 0; i < maps.values.size(); ++i) {
    maps.values[i] = static_cast<float>(i / 256);  // the channel's number
  }
  const Image mosaic = channel_mosaic(maps, 63);
  ASSERT_EQ(mosaic.width, 128);
  ASSERT_EQ(mosaic.height, 128);
  const auto values = greys(mosaic);
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const int channel = y / 16 * 8 + x / 16;
      ASSERT_NEAR(values[static_cast<std::size_t>(y * 128 + x)], 255.0 * channel / 63, 0.5001);
    }
  }
}

TEST(FeatureFigure, KeepsPixelsInOrderAndClampsThem) {
  // Three channels of 2x1: a square of 2x2, the last place empty.
  const FeatureMaps maps{3, 1, 2, {0.5f, -1.0f, 1.0f, 4.0f, NAN, 2.0f}};
  EXPECT_EQ(greys(channel_mosaic(maps, 2)), (std::vector<int>{64, 0, 128, 255, 0, 255, 0, 0}));
  EXPECT_EQ(greys(channel_mosaic(maps, 0)), std::vector<int>(8, 0));
}

// A row is divided by its own largest value, over all steps.
TEST(FeatureFigure, DividesARowByItsLargestValue) {
  const auto maps = [](float value) {
    return FeatureMaps{64, 16, 16, std::vector<float>(16384, value)};
  };
  const std::vector<FeatureStep> steps = {{maps(1), maps(10), maps(0.5f), maps(0.25f)},
                                          {maps(2), maps(5), maps(0.5f), maps(1)}};
  const Image figure = feature_figure(steps);
  ASSERT_EQ(figure.width, 100 + 2 * 132);
  ASSERT_EQ(figure.height, 20 + 4 * 132);
  const auto values = greys(figure);
  const auto at = [&](int row, int column) {
    return values[static_cast<std::size_t>((20 + row * 132 + 60) * figure.width + 100 +
                                           column * 132 + 60)];
  };
  const int expected[4][2] = {{128, 255}, {255, 128}, {255, 255}, {64, 255}};
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < 2; ++column) EXPECT_EQ(at(row, column), expected[row][column]);
  }
}

}  // namespace
}  // namespace stip::training
