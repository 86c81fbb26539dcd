#include "motion/frame_rhythm.h"

#include <gtest/gtest.h>

namespace stip {
namespace {

using Kind = FrameRhythm::Kind;

std::vector<Kind> kinds(FrameRhythm& rhythm, const std::vector<double>& changes) {
  std::vector<Kind> result;
  for (const double change : changes) result.push_back(rhythm.next(change));
  return result;
}

TEST(FrameRhythm, FindsARepeat) {
  FrameRhythm rhythm;
  EXPECT_EQ(
      kinds(rhythm, {30, 25, 0.2, 28, 0, 31}),
      (std::vector{Kind::kNew, Kind::kNew, Kind::kRepeat, Kind::kNew, Kind::kRepeat, Kind::kNew}));
}

TEST(FrameRhythm, WhatMovesLessIsNoRepeat) {
  FrameRhythm rhythm;
  for (const double change : {30.0, 4.0, 2.0, 0.9, 0.3, 0.1}) {
    EXPECT_EQ(rhythm.next(change), Kind::kNew) << change;
  }
  EXPECT_EQ(rhythm.next(100), Kind::kNew);
  EXPECT_EQ(rhythm.next(1.1), Kind::kNew) << "a camera's noise";
}

TEST(FrameRhythm, AKeyFrameOfAQuietVideoIsNoStep) {
  FrameRhythm rhythm;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(rhythm.next(i % 10 == 4 ? 2.6 : 0.2), Kind::kNew) << i;
  }
  for (int i = 0; i < 8; ++i) {  // and when it moves, each frame twice
    EXPECT_EQ(rhythm.next(30), Kind::kNew) << i;
    EXPECT_EQ(rhythm.next(0.2), i == 0 ? Kind::kNew : Kind::kRepeat) << i;
  }
}

TEST(FrameRhythm, EachFrameThrice) {
  FrameRhythm rhythm;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(rhythm.next(i % 3 == 0 ? 30 : 0.2), i % 3 == 0 ? Kind::kNew : Kind::kRepeat) << i;
  }
}

TEST(FrameRhythm, AfterTwoRepeatsItHasStopped) {
  FrameRhythm rhythm;
  EXPECT_EQ(kinds(rhythm, {30, 0.1, 0.1, 0.1, 0.1}),
            (std::vector{Kind::kNew, Kind::kRepeat, Kind::kRepeat, Kind::kNew, Kind::kNew}));
}

TEST(FrameRhythm, AFrozenVideoHasNoRepeats) {
  FrameRhythm rhythm;
  for (int i = 0; i < 9; ++i) EXPECT_EQ(rhythm.next(0), Kind::kNew);
}

TEST(FrameRhythm, TheSecondFrameMayTurnOutToBeOne) {
  FrameRhythm rhythm;
  EXPECT_EQ(kinds(rhythm, {0.1, 30}), (std::vector{Kind::kNew, Kind::kAfterRepeat}));
  rhythm.clear();
  EXPECT_EQ(kinds(rhythm, {0.1, 0.1, 30}), (std::vector{Kind::kNew, Kind::kNew, Kind::kNew}))
      << "a video that begins to move";
}

TEST(FrameRhythm, TellsWhenTheNextIsDue) {
  FrameRhythm rhythm;
  EXPECT_EQ(rhythm.steps_ahead(4), 4);
  for (int i = 0; i < 3; ++i) {  // each frame twice
    rhythm.next(20);
    EXPECT_EQ(rhythm.steps_ahead(4), 4) << "three periods are wanted";
    rhythm.next(0.1);
  }
  EXPECT_EQ(rhythm.steps_ahead(1), 1);
  EXPECT_EQ(rhythm.steps_ahead(2), 1);
  EXPECT_EQ(rhythm.steps_ahead(5), 3);
  rhythm.next(20);
  EXPECT_EQ(rhythm.steps_ahead(1), 0);
  EXPECT_EQ(rhythm.steps_ahead(2), 1);
  rhythm.next(20);
  EXPECT_EQ(rhythm.steps_ahead(2), 2) << "out of rhythm";
  rhythm.clear();
  EXPECT_EQ(rhythm.steps_ahead(2), 2);
}

TEST(FrameRhythm, TwentyFiveOfTwentyFour) {
  FrameRhythm rhythm;
  for (int i = 0; i < 200; ++i) {
    rhythm.next(i % 25 == 24 ? 0.2 : 15);
    if (i < 75) continue;
    const int until = (24 - (i + 1) % 25 + 25) % 25;  // new frames before the next repeat
    EXPECT_EQ(rhythm.steps_ahead(until), until) << i;
    EXPECT_EQ(rhythm.steps_ahead(until + 1), until) << i;
    EXPECT_EQ(rhythm.steps_ahead(until + 3), until + 2) << i;
  }
}

}  // namespace
}  // namespace stip
