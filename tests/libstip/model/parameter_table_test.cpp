#include "model/parameter_table.h"

#include <gtest/gtest.h>

namespace stip {
namespace {

ModelConfig preset(int height, int width, int patch) {
  ModelConfig config;
  config.height = height;
  config.width = width;
  config.patch = patch;
  return config;
}

// The paper's three presets: parameters with the ones the release never uses, multiply-adds a
// frame.
TEST(ParameterTable, CountsAsThePaper) {
  const auto all = [](const ModelConfig& c) {
    return parameter_count(c) + unused_parameter_count(c);
  };
  EXPECT_EQ(all(preset(512, 512, 2)), 18054212);
  EXPECT_EQ(all(preset(1024, 1024, 4)), 18072464);
  EXPECT_EQ(all(preset(2176, 3840, 8)), 22358848);
}

TEST(ParameterTable, CountsMultiplyAddsAsThePaper) {
  EXPECT_NEAR(static_cast<double>(step_multiply_adds(preset(512, 512, 2))) / 1e9, 6.9, 0.05);
  EXPECT_NEAR(static_cast<double>(step_multiply_adds(preset(1024, 1024, 4))) / 1e9, 8.1, 0.05);
  EXPECT_NEAR(static_cast<double>(step_multiply_adds(preset(2176, 3840, 8))) / 1e9, 32.3, 0.05);
}

TEST(ParameterTable, DoesNotDependOnTheSizeWithChannelNorm) {
  ModelConfig a = preset(512, 512, 2), b = preset(64, 96, 2);
  EXPECT_NE(parameter_count(a), parameter_count(b));
  a.norm = b.norm = Norm::kChannel;
  EXPECT_EQ(parameter_count(a), parameter_count(b));
}

}  // namespace
}  // namespace stip
