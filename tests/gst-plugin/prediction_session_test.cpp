#include "prediction_session.h"

#include <gtest/gtest.h>

#include "gst_fake_model.h"

namespace stip::gst {
namespace {

using test::FakeModel;

class PredictionSessionTest : public ::testing::Test {
 protected:
  PredictionSessionTest() { session_.open(*model_, {1, 1, 0, std::nullopt, Resize::kAuto}); }

  // The frame with this first byte at pts = 10 * index.
  bool see(int index, std::uint8_t byte) {
    const bool broke =
        session_.advance(static_cast<GstClockTime>(index) * 10, GST_CLOCK_TIME_NONE, 100).broken;
    const std::uint8_t pixel[3] = {byte, byte, byte};
    session_.push({pixel, 1, 1, 3, PixelOrder::kBgr});
    return broke;
  }

  std::uint8_t predicted(int horizon) {
    std::uint8_t pixel[3] = {};
    std::vector<MutableFrameView> futures(static_cast<std::size_t>(horizon));
    futures.back() = {pixel, 1, 1, 3, PixelOrder::kBgr};
    session_.predict(futures);
    return pixel[2];
  }

  std::shared_ptr<FakeModel> model_ = std::make_shared<FakeModel>(3);
  PredictionSession session_;
};

TEST_F(PredictionSessionTest, IsReadyWithTheContext) {
  see(0, 1);
  see(1, 2);
  EXPECT_FALSE(session_.ready());
  see(2, 7);
  EXPECT_TRUE(session_.ready());
  EXPECT_EQ(session_.context(), 3);
}

TEST_F(PredictionSessionTest, WritesOnlyTheHorizonAskedFor) {
  for (int i = 0; i < 3; ++i) see(i, 7);
  EXPECT_EQ(predicted(5), 12);
  EXPECT_EQ(model_->log->horizons, std::vector<int>{5});
}

TEST_F(PredictionSessionTest, TargetsAreStepsAfterTheNewestFrame) {
  EXPECT_EQ(session_.target(1), GST_CLOCK_TIME_NONE);
  see(0, 1);
  EXPECT_EQ(session_.target(1), GST_CLOCK_TIME_NONE) << "one frame has no step";
  see(1, 1);
  EXPECT_EQ(session_.target(4), 50u);
  EXPECT_EQ(session_.newest(), 10u);
}

TEST_F(PredictionSessionTest, AHoleForgetsPicturesButNotTheRhythm) {
  for (int i = 0; i < 3; ++i) see(i, 1);
  EXPECT_FALSE(see(12, 1)) << "a hole of exactly the maximum is kept";
  EXPECT_TRUE(see(40, 1));
  EXPECT_FALSE(session_.ready());
  EXPECT_EQ(session_.step(), 10u);
}

TEST_F(PredictionSessionTest, AStepBackwardsForgetsPictures) {
  for (int i = 5; i < 8; ++i) see(i, 1);
  EXPECT_TRUE(session_.ready());
  EXPECT_TRUE(see(0, 1));
  EXPECT_FALSE(session_.ready());
}

TEST_F(PredictionSessionTest, AShorterHoleStandsForFrames) {
  const auto missing = [this](GstClockTime pts) {
    return session_.advance(pts, GST_CLOCK_TIME_NONE, 100).missing;
  };
  EXPECT_EQ(missing(0), 0);
  EXPECT_EQ(missing(10), 0);
  EXPECT_EQ(missing(25), 0) << "1.5 steps are none";
  EXPECT_EQ(missing(41), 0) << "16 of a median of 12.5";
  EXPECT_EQ(missing(51), 0);
  EXPECT_EQ(missing(80), 1);
  EXPECT_EQ(missing(170), 5) << "of a median of 15";
}

TEST_F(PredictionSessionTest, WhatIsMissingIsReplacedByItsPrediction) {
  for (int i = 0; i < 3; ++i) see(i, 7);
  session_.push_missing();
  EXPECT_EQ(predicted(1), 9);
}

TEST_F(PredictionSessionTest, WhereFewFramesAreSeenAStepIsThatOfThoseSeen) {
  const std::uint8_t pixel[3] = {};
  for (int i = 0; i < 8; ++i) {
    session_.advance(static_cast<GstClockTime>(i) * 10, GST_CLOCK_TIME_NONE, 100);
    if (i % 3 == 0) session_.push({pixel, 1, 1, 3, PixelOrder::kBgr});
  }
  EXPECT_EQ(session_.target(2), 90u);
  EXPECT_EQ(session_.target(2, true), 130u);
}

TEST_F(PredictionSessionTest, ResetIsAsFresh) {
  EXPECT_TRUE(session_.is_fresh());
  for (int i = 0; i < 4; ++i) see(i, 1);
  EXPECT_FALSE(session_.is_fresh());
  session_.reset();
  EXPECT_TRUE(session_.is_fresh());
  EXPECT_FALSE(session_.ready());
  EXPECT_EQ(session_.step(), GST_CLOCK_TIME_NONE);
  EXPECT_TRUE(session_.is_open());
  session_.close();
  EXPECT_FALSE(session_.is_open());
}

}  // namespace
}  // namespace stip::gst
