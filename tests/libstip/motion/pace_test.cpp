#include "motion/pace.h"

#include <gtest/gtest.h>

namespace stip {
namespace {

constexpr int kColumns = 40;
constexpr int kRows = 30;

// Things that go right by `step` pixels in the left half of the picture.
CellField moving(float step) {
  CellField field;
  field.resize(kColumns, kRows);
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns / 2; ++column) field.at(row, column)[0] = step;
  }
  return field;
}

double pace(float step, float before) {
  return double{pace_change(moving(step), moving(step - before))};
}

TEST(Pace, IsTheLogarithmOfTheRatioOfSteps) {
  EXPECT_NEAR(pace(4, 2), 1, 0.01);
  EXPECT_NEAR(pace(2, 4), -1, 0.01);
  EXPECT_NEAR(pace(3, 3), 0, 1e-6);
  EXPECT_NEAR(pace(9, 1), 2, 1e-6) << "that much at most";
}

TEST(Pace, IsNoneWhereItCannotBeTold) {
  EXPECT_EQ(pace(0, 0), 0);
  EXPECT_EQ(pace(0.2f, 0.1f), 0) << "too little";
  EXPECT_EQ(pace(3, 0), 0) << "it has just begun to move";
  EXPECT_EQ(pace(3, -1), 0) << "it turned back";
}

TEST(Pace, UnevenIsWhatThingsDoNotDoByThemselves) {
  EXPECT_TRUE(is_uneven(0, 1)) << "steps 1, 1, 2";
  EXPECT_TRUE(is_uneven(1, -1)) << "1, 2, 1";
  EXPECT_TRUE(is_uneven(-1, 0)) << "2, 1, 1";
  EXPECT_TRUE(is_uneven(-1, 1)) << "2, 1, 2";
  EXPECT_FALSE(is_uneven(0.2f, -0.2f)) << "even but for noise";
  EXPECT_FALSE(is_uneven(0.7f, 0.8f)) << "faster and faster";
  EXPECT_FALSE(is_uneven(-0.7f, -0.8f)) << "slower and slower";
  EXPECT_FALSE(is_uneven(0, -1)) << "it comes to a stop";
}

}  // namespace
}  // namespace stip
