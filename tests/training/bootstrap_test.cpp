#include "bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace stip::training {
namespace {

TEST(Bootstrap, AgreesWithTheStandardErrorOfIndependentStarts) {
  Bootstrap bootstrap(1);
  std::mt19937_64 generator(1);
  std::normal_distribution<double> value(30, 2);
  for (int i = 0; i < 400; ++i) bootstrap.add(i, {value(generator)});
  bootstrap.end_clip();
  const Interval interval = bootstrap.interval(0);
  // Mean of 400 values of standard deviation 2: 30 +- 1.96 * 0.1.
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 * 0.1, 0.08);
  EXPECT_NEAR((interval.high + interval.low) / 2, 30, 0.25);
}

TEST(Bootstrap, CountsStartsOfOneBlockAsOne) {
  Bootstrap single(1), blocks(1);
  for (int i = 0; i < 400; ++i) {
    single.add(i, {i / 40 % 2 == 0 ? 10.0 : 20.0});
    blocks.add(i / 40, {i / 40 % 2 == 0 ? 10.0 : 20.0});
  }
  single.end_clip();
  blocks.end_clip();
  const auto width = [](const Bootstrap& b) { return b.interval(0).high - b.interval(0).low; };
  EXPECT_GT(width(blocks), 3 * width(single));
}

TEST(Bootstrap, SaysNothingWithoutASecondBlockOrFigure) {
  Bootstrap bootstrap(2);
  bootstrap.add(0, {1, NAN});
  bootstrap.end_clip();
  EXPECT_TRUE(std::isnan(bootstrap.interval(0).low));
  for (int i = 0; i < 9; ++i) bootstrap.add(i, {1.0 * i, NAN});
  bootstrap.end_clip();
  EXPECT_FALSE(std::isnan(bootstrap.interval(0).low));
  EXPECT_TRUE(std::isnan(bootstrap.interval(1).low));
}

}  // namespace
}  // namespace stip::training
