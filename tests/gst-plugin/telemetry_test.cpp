#include "telemetry.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace stip::gst {
namespace {

constexpr GstClockTime kMs = GST_MSECOND;

guint64 field(const Telemetry& telemetry, const char* name) {
  GstStructure* stats = telemetry.structure();
  guint64 value = G_MAXUINT64;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

TEST(RunTimes, QuantilesAreOfTheLast32Runs) {
  RunTimes runs;
  EXPECT_EQ(runs.quantile(0.95), 0u);
  for (GstClockTime i = 1; i <= 132; ++i) runs.add(i);
  EXPECT_EQ(runs.quantile(0.5), 116u);   // of 101..132
  EXPECT_EQ(runs.quantile(0.95), 131u);  // the 31st of 32
  EXPECT_EQ(runs.quantile(1.0), 132u);
  runs.clear();
  EXPECT_EQ(runs.quantile(0.5), 0u);
}

TEST(Telemetry, CountsSum) {
  Telemetry telemetry;
  for (Outcome outcome :
       {Outcome::kPredicted, Outcome::kPredicted, Outcome::kWarmUp, Outcome::kReordered,
        Outcome::kSegmentEnd, Outcome::kPassThrough, Outcome::kIdle, Outcome::kFailed}) {
    telemetry.count(outcome);
  }
  EXPECT_EQ(field(telemetry, "frames-in"), 8u);
  EXPECT_EQ(field(telemetry, "predicted"), 2u);
  EXPECT_EQ(field(telemetry, "skipped"), 6u);
  for (const char* cause :
       {"warm-up", "reordered", "segment-end", "pass-through", "idle", "failed"}) {
    EXPECT_EQ(field(telemetry, (std::string("skipped-") + cause).c_str()), 1u) << cause;
  }
}

TEST(Telemetry, ResetForgetsEverything) {
  Telemetry telemetry;
  telemetry.count(Outcome::kIdle);
  telemetry.count_qos();
  telemetry.count_reset();
  telemetry.add_run(kMs);
  telemetry.reset();
  for (const char* name : {"frames-in", "skipped-idle", "qos-ignored", "resets"}) {
    EXPECT_EQ(field(telemetry, name), 0u) << name;
  }
  EXPECT_EQ(telemetry.latency(), 0u);
}

TEST(Telemetry, LatencyIsToldWhenItMovesByAQuarterAnd5MsOnceASecond) {
  Telemetry telemetry;
  GstClockTime now = 100 * GST_SECOND;
  telemetry.add_run(4 * kMs);
  EXPECT_FALSE(telemetry.latency_moved(now)) << "under 5 ms";
  telemetry.add_run(20 * kMs);
  EXPECT_TRUE(telemetry.latency_moved(now));
  EXPECT_FALSE(telemetry.latency_moved(now)) << "told";
  telemetry.add_run(90 * kMs);
  EXPECT_FALSE(telemetry.latency_moved(now + GST_SECOND / 2)) << "too soon";
  EXPECT_TRUE(telemetry.latency_moved(now + GST_SECOND));
  telemetry.add_run(100 * kMs);
  EXPECT_FALSE(telemetry.latency_moved(now + 3 * GST_SECOND)) << "10 ms of 90 is not a quarter";
  telemetry.tell_latency();
  EXPECT_TRUE(telemetry.latency_moved(now + 3 * GST_SECOND)) << "it counts again, or no more";
}

}  // namespace
}  // namespace stip::gst
