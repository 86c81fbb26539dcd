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

std::string silence_of(Telemetry& telemetry, GstClockTime now, bool ended = false) {
  const auto silence = telemetry.silence(now, ended);
  return silence ? describe(*silence, 4) : "";
}

TEST(Telemetry, TellsOnceThatNothingWasPredicted) {
  Telemetry telemetry;
  EXPECT_EQ(silence_of(telemetry, 0, true), "");  // nothing came
  telemetry.count(Outcome::kBusy, 100);
  telemetry.count(Outcome::kLate, 8);
  telemetry.add_run(295 * kMs);
  EXPECT_EQ(silence_of(telemetry, 100), "");
  EXPECT_EQ(silence_of(telemetry, 4 * GST_SECOND), "");
  const std::string told = silence_of(telemetry, 5 * GST_SECOND + 100);
  EXPECT_NE(told.find("from 108 frames: one prediction takes 295 ms"), std::string::npos) << told;
  EXPECT_EQ(silence_of(telemetry, 60 * GST_SECOND, true), "");
  telemetry.reset();
  telemetry.count(Outcome::kWarmUp, 2);
  EXPECT_EQ(silence_of(telemetry, GST_SECOND, true),
            "Nothing has been predicted from 2 frames: the model needs 4; give it a longer video, "
            "or set context lower.");
}

TEST(Telemetry, IsNotSilentWherePredictionsCameOrNothingWasWanted) {
  Telemetry telemetry;
  telemetry.count(Outcome::kIdle, 100);
  telemetry.count(Outcome::kFlushed, 3);
  EXPECT_EQ(silence_of(telemetry, 0, true), "");
  telemetry.count(Outcome::kWarmUp, 3);  // output=conceal
  EXPECT_EQ(silence_of(telemetry, 0, true), "");
  telemetry.count(Outcome::kLate, 500);
  telemetry.count(Outcome::kPredicted);
  EXPECT_EQ(silence_of(telemetry, 9 * GST_SECOND, true), "");
  telemetry.reset();
  telemetry.count(Outcome::kFailed, 40);  // which was told as such
  telemetry.count(Outcome::kWarmUp, 4);
  EXPECT_EQ(silence_of(telemetry, 0, true), "");
}

TEST(Telemetry, SaysWhyNothingWasPredicted) {
  const auto told = [](Outcome cause, std::uint64_t resets = 0) {
    Silence silence;
    silence.frames = 30;
    silence.cause = cause;
    silence.resets = resets;
    return describe(silence, 4);
  };
  EXPECT_NE(told(Outcome::kWarmUp, 29).find("max-gap"), std::string::npos);
  EXPECT_NE(told(Outcome::kPassThrough).find("do-timestamp=true"), std::string::npos);
  EXPECT_NE(told(Outcome::kFull).find("queue"), std::string::npos);
  EXPECT_NE(told(Outcome::kSegmentEnd).find("timestamps=source"), std::string::npos);
  EXPECT_NE(told(Outcome::kInterval).find("interval"), std::string::npos);
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
