#include "stats_structure.h"

#include <gtest/gtest.h>

namespace stip::gst {
namespace {

class StatsStructureTest : public ::testing::Test {
 protected:
  void TearDown() override { gst_structure_free(fields_); }

  guint64 count(const char* name) const {
    guint64 value = G_MAXUINT64;
    EXPECT_TRUE(gst_structure_get_uint64(fields_, name, &value)) << name;
    return value;
  }
  double number(const char* name) const {
    double value = -1;
    EXPECT_TRUE(gst_structure_get_double(fields_, name, &value)) << name;
    return value;
  }

  GstStructure* fields_ = nullptr;
};

TEST_F(StatsStructureTest, CountsSum) {
  Stats stats;
  stats.predicted = 10;
  stats.skipped = {{"warm-up", 3}, {"late", 4}};
  stats.counters = {{"resets", 2}};
  stats.concealed = 5;
  fields_ = stats_structure(stats);
  EXPECT_TRUE(gst_structure_has_name(fields_, "application/x-stippredict-stats"));
  EXPECT_EQ(count("frames-in"), 17u);
  EXPECT_EQ(count("predicted"), 10u);
  EXPECT_EQ(count("skipped"), 7u);
  EXPECT_EQ(count("skipped-warm-up"), 3u);
  EXPECT_EQ(count("skipped-late"), 4u);
  EXPECT_EQ(count("resets"), 2u);
  EXPECT_EQ(count("concealed"), 5u);
}

TEST_F(StatsStructureTest, TellsQualityBesideCopyLastForEachHorizon) {
  Stats stats;
  stats.idle = true;
  stats.anomaly_score = 1.5;
  stats.inference_p50 = 3 * GST_MSECOND / 2;
  stats.inference_p95 = 4 * GST_MSECOND;
  stats.quality[5].add({{30, 0.9}, {25, 0.8}});
  fields_ = stats_structure(stats);
  EXPECT_EQ(count("horizon-5-compared"), 1u);
  EXPECT_EQ(number("horizon-5-psnr"), 30);
  EXPECT_EQ(number("horizon-5-psnr-copy-last"), 25);
  EXPECT_EQ(number("horizon-5-ssim"), 0.9);
  EXPECT_EQ(number("horizon-5-ssim-copy-last"), 0.8);
  EXPECT_EQ(number("inference-p50-ms"), 1.5);
  EXPECT_EQ(number("inference-p95-ms"), 4);
  EXPECT_EQ(number("anomaly-score"), 1.5);
  gboolean idle = FALSE;
  gboolean bypassed = TRUE;
  gst_structure_get(fields_, "idle", G_TYPE_BOOLEAN, &idle, "bypassed", G_TYPE_BOOLEAN, &bypassed,
                    nullptr);
  EXPECT_TRUE(idle);
  EXPECT_FALSE(bypassed);
}

}  // namespace
}  // namespace stip::gst
