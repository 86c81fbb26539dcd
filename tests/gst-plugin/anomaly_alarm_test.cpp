#include "anomaly_alarm.h"

#include <gtest/gtest.h>

#include <vector>

namespace stip::gst {
namespace {

// A map of 10x8 blocks with one error, in block 3/2 unless told.
ErrorMap errors_of(double largest, int block = 23) {
  ErrorMap map{80, 64, 8, 10, 8, std::vector<float>(80)};
  map.errors[static_cast<std::size_t>(block)] = static_cast<float>(largest);
  return map;
}

FrameMoment at(int frame) {
  FrameMoment moment;
  moment.pts = static_cast<GstClockTime>(frame) * GST_SECOND;
  return moment;
}

// Normal errors are at most 1000.
AnomalyAlarm calibrated() {
  std::vector<double> errors;
  for (int i = 1; i <= 1000; ++i) errors.push_back(i);
  return AnomalyAlarm(error_quantiles(errors));
}

TEST(AnomalyAlarm, BeginsAtTheThresholdAndEndsWhenItHasBeenQuietForThreeFrames) {
  AnomalyAlarm alarm = calibrated();
  EXPECT_FALSE(alarm.add(at(0), errors_of(1999), 2).has_value());
  const auto begun = alarm.add(at(1), errors_of(2000), 2);
  ASSERT_TRUE(begun.has_value());
  EXPECT_TRUE(begun->start);
  EXPECT_EQ(begun->moment.pts, at(1).pts);
  EXPECT_DOUBLE_EQ(begun->score, 2);
  EXPECT_EQ(begun->box.x, 24);
  EXPECT_EQ(begun->box.y, 16);
  EXPECT_TRUE(alarm.active());
  EXPECT_FALSE(alarm.add(at(2), errors_of(5000, 11), 2).has_value());
  EXPECT_FALSE(alarm.add(at(3), errors_of(100), 2).has_value());
  EXPECT_FALSE(alarm.add(at(4), errors_of(1700), 2).has_value()) << "over four fifths: not quiet";
  EXPECT_FALSE(alarm.add(at(5), errors_of(1500), 2).has_value());
  EXPECT_FALSE(alarm.add(at(6), errors_of(100), 2).has_value());
  const auto ended = alarm.add(at(7), errors_of(100), 2);
  ASSERT_TRUE(ended.has_value());
  EXPECT_FALSE(ended->start);
  EXPECT_EQ(ended->moment.pts, at(7).pts);
  EXPECT_DOUBLE_EQ(ended->score, 5) << "the largest";
  EXPECT_EQ(ended->box.x, 8);
  EXPECT_EQ(ended->box.y, 8);
  EXPECT_FALSE(alarm.active());
}

TEST(AnomalyAlarm, TheEndOfTheStreamEndsIt) {
  AnomalyAlarm alarm = calibrated();
  EXPECT_FALSE(alarm.close().has_value());
  alarm.add(at(1), errors_of(3000), 2);
  alarm.add(at(2), errors_of(2500), 2);
  const auto ended = alarm.close();
  ASSERT_TRUE(ended.has_value());
  EXPECT_FALSE(ended->start);
  EXPECT_EQ(ended->moment.pts, at(2).pts);
  EXPECT_FALSE(alarm.close().has_value()) << "once";
}

TEST(AnomalyAlarm, AThresholdOfZeroJudgesNothingAndEndsIt) {
  AnomalyAlarm alarm = calibrated();
  EXPECT_FALSE(alarm.add(at(0), errors_of(9000), 0).has_value());
  alarm.add(at(1), errors_of(3000), 2);
  const auto ended = alarm.add(at(2), errors_of(3000), 0);
  ASSERT_TRUE(ended.has_value());
  EXPECT_FALSE(ended->start);
}

TEST(AnomalyAlarm, WithoutCalibrationItLearnsFromTheStream) {
  AnomalyAlarm alarm;
  int frame = 0;
  for (; frame < 110; ++frame) ASSERT_FALSE(alarm.add(at(frame), errors_of(100), 2).has_value());
  // An alarm is not learnt from: it goes on, and the next one is one again.
  ASSERT_TRUE(alarm.add(at(frame++), errors_of(1000), 2).has_value());
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(alarm.add(at(frame++), errors_of(1000), 2).has_value());
  EXPECT_GT(alarm.score(), 8);
  alarm.close();
  alarm.reset();
  EXPECT_FALSE(alarm.add(at(frame), errors_of(1000), 2).has_value()) << "normal is forgotten";
}

}  // namespace
}  // namespace stip::gst
