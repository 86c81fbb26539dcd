// The small rules of live use: flows, QoS, compensation, latency.
#include <gtest/gtest.h>

#include "compensation.h"
#include "flow_merge.h"
#include "own_latency.h"
#include "qos_gate.h"

namespace stip::gst {
namespace {

constexpr GstClockTime kMs = GST_MSECOND;

GstFlowReturn merged(std::initializer_list<GstFlowReturn> flows) {
  FlowMerge merge;
  for (GstFlowReturn flow : flows) merge.add(flow);
  return merge.result();
}

TEST(FlowMerge, OnePadThatGoesOnIsEnough) {
  for (GstFlowReturn other : {GST_FLOW_NOT_LINKED, GST_FLOW_EOS, GST_FLOW_FLUSHING}) {
    EXPECT_EQ(merged({GST_FLOW_OK, other}), GST_FLOW_OK);
    EXPECT_EQ(merged({other, GST_FLOW_OK}), GST_FLOW_OK);
  }
}

TEST(FlowMerge, ErrorsGoUpstream) {
  EXPECT_EQ(merged({GST_FLOW_OK, GST_FLOW_ERROR}), GST_FLOW_ERROR);
  EXPECT_EQ(merged({GST_FLOW_NOT_NEGOTIATED, GST_FLOW_OK}), GST_FLOW_NOT_NEGOTIATED);
}

TEST(FlowMerge, WhereNobodyGoesOn) {
  EXPECT_EQ(merged({}), GST_FLOW_NOT_LINKED);
  EXPECT_EQ(merged({GST_FLOW_NOT_LINKED, GST_FLOW_NOT_LINKED}), GST_FLOW_NOT_LINKED);
  EXPECT_EQ(merged({GST_FLOW_NOT_LINKED, GST_FLOW_EOS}), GST_FLOW_EOS);
  EXPECT_EQ(merged({GST_FLOW_EOS, GST_FLOW_FLUSHING}), GST_FLOW_FLUSHING);
}

TEST(QosGate, LetsPassWhatComesInTime) {
  QosGate gate;
  EXPECT_FALSE(gate.too_late(0)) << "nothing was said";
  gate.report(1.0, 30, 100);
  EXPECT_TRUE(gate.too_late(160));
  EXPECT_FALSE(gate.too_late(161));
  EXPECT_FALSE(gate.too_late(GST_CLOCK_TIME_NONE));
  gate.report(1.0, -40, 100);
  EXPECT_TRUE(gate.too_late(60));
  EXPECT_FALSE(gate.too_late(61));
  gate.report(1.0, 30, GST_CLOCK_TIME_NONE);
  EXPECT_FALSE(gate.too_late(61)) << "no time, no news";
  gate.reset();
  EXPECT_FALSE(gate.too_late(0));
}

TEST(QosGate, CountsForItsMessages) {
  QosGate gate;
  gate.report(1.5, 1, 1);
  gate.count(false);
  gate.count(true);
  const QosGate::Counts counts = gate.count(true);
  EXPECT_EQ(counts.processed, 1u);
  EXPECT_EQ(counts.dropped, 2u);
  EXPECT_EQ(counts.proportion, 1.5);
}

TEST(Compensation, TakesTheSmallestHorizonThatReaches) {
  for (const auto& [latency, horizon] :
       {std::pair{0, 1}, {40, 1}, {41, 2}, {80, 2}, {81, 3}, {99999, kMaxHorizon}}) {
    Compensation compensation;
    EXPECT_EQ(compensation.horizon(static_cast<GstClockTime>(latency) * kMs, 40 * kMs, 0), horizon);
  }
}

TEST(Compensation, MovesByOneASecond) {
  Compensation compensation;
  const GstClockTime d = 40 * kMs;
  EXPECT_EQ(compensation.horizon(2 * d, d, 0), 2);
  EXPECT_EQ(compensation.horizon(9 * d, d, GST_SECOND - 1), 2);
  EXPECT_EQ(compensation.horizon(9 * d, d, GST_SECOND), 3);
  EXPECT_EQ(compensation.horizon(9 * d, d, GST_SECOND + 1), 3);
  EXPECT_EQ(compensation.horizon(d, d, 2 * GST_SECOND), 2);
  EXPECT_EQ(compensation.horizon(d, GST_CLOCK_TIME_NONE, 9 * GST_SECOND), 2)
      << "unknown: as it was";
}

TEST(Compensation, WhatIsToBeMadeUpFor) {
  FrameSettings settings;
  settings.compensate = 100;
  settings.display_delay = 7;
  EXPECT_EQ(latency_to_compensate(settings, 555, 20, 20), 120u) << "given, and our own";
  settings.compensate = kMeasuredLatency;
  EXPECT_EQ(latency_to_compensate(settings, 500, 20, 20), 507u) << "ours is in the pipeline's";
  EXPECT_EQ(latency_to_compensate(settings, 500, 90, 40), 557u) << "as far as it was told";
}

class OwnLatency : public ::testing::Test {
 protected:
  GstClockTime of(Output output, int horizon, Timestamps timestamps) const {
    return own_latency({output, horizon, timestamps}, facts_);
  }
  LatencyFacts facts_{false, true, 100 * kMs, 40 * kMs, GST_SECOND};
};

TEST_F(OwnLatency, IsWhatAPredictionTakesLessWhatItIsAhead) {
  EXPECT_EQ(of(Output::kPredicted, 1, Timestamps::kTarget), 60 * kMs);
  EXPECT_EQ(of(Output::kPredicted, 3, Timestamps::kTarget), 0u);
  EXPECT_EQ(of(Output::kPredicted, 3, Timestamps::kSource), 100 * kMs);
}

TEST_F(OwnLatency, IsNoneForWhatIsShownAsItArrives) {
  EXPECT_EQ(of(Output::kOriginal, 1, Timestamps::kTarget), 0u);
  EXPECT_EQ(of(Output::kSideBySide, 1, Timestamps::kSource), 0u);
}

TEST_F(OwnLatency, IsTheWholeTimeWhereNobodyGoesAhead) {
  facts_.async = false;
  for (Output output : {Output::kPredicted, Output::kOriginal, Output::kSideBySide}) {
    EXPECT_EQ(of(output, 3, Timestamps::kTarget), 100 * kMs);
  }
  facts_.idle = true;
  EXPECT_EQ(of(Output::kPredicted, 3, Timestamps::kTarget), 0u);
}

TEST_F(OwnLatency, IsNotMoreThanMayBe) {
  facts_.max_latency = 30 * kMs;
  EXPECT_EQ(of(Output::kPredicted, 1, Timestamps::kSource), 30 * kMs);
  facts_.max_latency = GST_CLOCK_TIME_NONE;
  EXPECT_EQ(of(Output::kPredicted, 1, Timestamps::kSource), 40 * kMs) << "one frame";
  facts_.step = GST_CLOCK_TIME_NONE;
  EXPECT_EQ(of(Output::kPredicted, 1, Timestamps::kSource), 100 * kMs) << "nothing is known";
}

}  // namespace
}  // namespace stip::gst
