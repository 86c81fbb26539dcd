#include "conceal_policy.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace stip::gst {
namespace {

constexpr GstClockTime kD = 40 * GST_MSECOND;

GstClockTime frame(double number) { return static_cast<GstClockTime>(number * kD); }

ConcealSettings settings() {
  ConcealSettings settings;
  settings.longest = 500 * GST_MSECOND;  // 12 frames
  return settings;
}

std::string place(GstClockTime pts) { return std::to_string((pts + kD / 4) / kD); }

std::string text(const Fill& fill) {
  return place(fill.pts) + (fill.horizon == 0 ? ":repeat" : ":+" + std::to_string(fill.horizon));
}

// What goes out for a frame of this number, and before it.
std::vector<std::string> arrive(ConcealPolicy& policy, double number,
                                const ConcealSettings& with = settings()) {
  std::vector<std::string> out;
  while (const auto fill = policy.fill_before(frame(number), kD, with)) out.push_back(text(*fill));
  const Showing showing = policy.arrive(frame(number), kD, with);
  if (!showing.show) return out;
  std::string shown = place(frame(number));
  if (showing.partner.has_value()) {
    shown += "=" + std::to_string(static_cast<int>(showing.share * 100)) + "%|" +
             text(*showing.partner) + (showing.rejoins ? "!" : "");
  }
  out.push_back(shown);
  return out;
}

using Out = std::vector<std::string>;

TEST(ConcealPolicy, AWholeStreamGoesThrough) {
  ConcealPolicy policy;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(arrive(policy, i), Out{std::to_string(i)});
}

TEST(ConcealPolicy, LateStampsAreNoHolesUpToHalfAFrame) {
  ConcealPolicy policy;
  arrive(policy, 0);
  EXPECT_EQ(arrive(policy, 1.45).size(), 1u);
  EXPECT_EQ(arrive(policy, 2.4).size(), 1u);
}

TEST(ConcealPolicy, AHoleIsFilledWhenTheNextFrameComesAndFadesOut) {
  ConcealPolicy policy;
  arrive(policy, 0);
  arrive(policy, 1);
  EXPECT_EQ(arrive(policy, 4), (Out{"2:+1", "3:+2", "4=33%|4:+3!"}));
  EXPECT_EQ(arrive(policy, 5), Out{"5=66%|5:+4"}) << "still from before the gap";
  EXPECT_EQ(arrive(policy, 6), Out{"6"});
  EXPECT_EQ(arrive(policy, 7), Out{"7"});
}

TEST(ConcealPolicy, LiveTheClockFills) {
  ConcealPolicy policy;
  EXPECT_EQ(policy.expected(kD), GST_CLOCK_TIME_NONE);
  EXPECT_FALSE(policy.expire(kD, settings()).has_value()) << "nothing to go on from";
  arrive(policy, 0);
  EXPECT_EQ(policy.expected(kD), kD);
  EXPECT_EQ(policy.horizon(kD, settings()), 1);
  EXPECT_EQ(text(*policy.expire(kD, settings())), "1:+1");
  EXPECT_TRUE(policy.concealing());
  EXPECT_EQ(policy.expected(kD), 2 * kD);
  EXPECT_EQ(policy.horizon(kD, settings()), 2);
  EXPECT_EQ(text(*policy.expire(kD, settings())), "2:+2");
  EXPECT_EQ(arrive(policy, 3), Out{"3=33%|3:+3!"});
  EXPECT_FALSE(policy.concealing());
}

TEST(ConcealPolicy, ALateFrameForAFilledPlaceIsNotShownButKnown) {
  ConcealPolicy policy;
  arrive(policy, 0);
  policy.expire(kD, settings());  // 1
  policy.expire(kD, settings());  // 2
  EXPECT_EQ(arrive(policy, 1), Out{});
  EXPECT_EQ(policy.horizon(kD, settings()), 2);
  EXPECT_EQ(policy.last_out(), 2 * kD);
  EXPECT_EQ(text(*policy.expire(kD, settings())), "3:+2") << "from frame 1";
  EXPECT_EQ(arrive(policy, 3.3), Out{}) << "its place is 3";
  EXPECT_EQ(arrive(policy, 4.3), Out{"4=33%|4:+1!"});
}

TEST(ConcealPolicy, WhatIsTooLongAgoIsRepeated) {
  ConcealPolicy policy;
  arrive(policy, 0);
  for (int i = 1; i <= 12; ++i) {
    EXPECT_EQ(text(*policy.expire(kD, settings())), std::to_string(i) + ":+" + std::to_string(i));
  }
  for (int i = 13; i <= 100; ++i) {
    EXPECT_EQ(text(*policy.expire(kD, settings())), std::to_string(i) + ":repeat");
  }
  EXPECT_EQ(arrive(policy, 101), Out{"101=33%|101:repeat!"});
}

TEST(ConcealPolicy, NoHorizonIsBeyondWhatModelsHave) {
  ConcealSettings patient = settings();
  patient.longest = 3600 * GST_SECOND;
  ConcealPolicy policy;
  arrive(policy, 0, patient);
  int largest = 0;
  for (int i = 0; i < 100; ++i) largest = std::max(largest, policy.expire(kD, patient)->horizon);
  EXPECT_EQ(largest, 64);
}

TEST(ConcealPolicy, AnotherLossWhileFramesFadeInStartsFromTheNewest) {
  ConcealPolicy policy;
  arrive(policy, 0);
  arrive(policy, 2);  // 1 lost, 2 fades in
  EXPECT_EQ(arrive(policy, 4), (Out{"3:+1", "4=33%|4:+2!"}));
  EXPECT_EQ(arrive(policy, 5), Out{"5=66%|5:+3"});
}

TEST(ConcealPolicy, RejoinsAtOnceWhenToldSo) {
  ConcealSettings hard = settings();
  hard.rejoin_frames = 0;
  ConcealPolicy policy;
  arrive(policy, 0, hard);
  EXPECT_EQ(arrive(policy, 2, hard), (Out{"1:+1", "2"}));
}

TEST(ConcealPolicy, WithoutARhythmNothingIsMissed) {
  ConcealPolicy policy;
  policy.arrive(0, GST_CLOCK_TIME_NONE, settings());
  EXPECT_EQ(policy.expected(GST_CLOCK_TIME_NONE), GST_CLOCK_TIME_NONE);
  EXPECT_FALSE(policy.fill_before(frame(9), GST_CLOCK_TIME_NONE, settings()).has_value());
  EXPECT_FALSE(policy.fill_before(frame(9), 0, settings()).has_value());
  EXPECT_TRUE(policy.arrive(frame(9), GST_CLOCK_TIME_NONE, settings()).show);
}

TEST(ConcealPolicy, AfterAResetNothingIsExpected) {
  ConcealPolicy policy;
  arrive(policy, 0);
  policy.expire(kD, settings());
  policy.reset();
  EXPECT_EQ(policy.expected(kD), GST_CLOCK_TIME_NONE);
  EXPECT_EQ(arrive(policy, 0.5), Out{"0"});
}

}  // namespace
}  // namespace stip::gst
