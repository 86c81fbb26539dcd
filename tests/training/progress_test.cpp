// The line of a long job on terminals of all widths.
#include "progress.h"

#include <gtest/gtest.h>

namespace stip::training {
namespace {

TEST(ProgressLine, LosesItsLastPartsFirstAndThenTheBar) {
  const std::string text = "0.35 it/s, 2h10m left | frame 0.00123 | lp 0.1 adv 0.2";
  const auto line = [&](std::size_t width) {
    return progress_line("fit", 1200, 3000, text, width);
  };
  const std::string bar = "[########............]";
  const std::string rate = "0.35 it/s, 2h10m left";
  EXPECT_EQ(line(120), "fit " + bar + " 1200/3000 " + text);
  EXPECT_EQ(line(79), "fit " + bar + " 1200/3000 " + rate + " | frame 0.00123");
  EXPECT_EQ(line(60), "fit " + bar + " 1200/3000 " + rate);
  EXPECT_EQ(line(39), "fit 1200/3000 " + rate);
  EXPECT_EQ(line(20), "fit 1200/3000 0.35 i");
}

TEST(ProgressLine, KeepsItsPartsWhileTheCountGrows) {
  EXPECT_EQ(progress_line("eval", 9, 30, "starts", 39), "eval 9/30 starts");
  EXPECT_EQ(progress_line("eval", 10, 30, "starts", 39), "eval 10/30 starts");
}

TEST(ProgressLine, HasNoBarWhereTheEndIsNotKnown) {
  EXPECT_EQ(progress_line("check-data", 3, 0, "a.mp4", 79), "check-data 3 a.mp4");
  EXPECT_EQ(progress_line("check-data", 3, 0, "a.mp4", 14), "check-data 3 a");
}

}  // namespace
}  // namespace stip::training
