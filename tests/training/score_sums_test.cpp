#include "score_sums.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stip::training {
namespace {

std::vector<HorizonScores> start(double model, double copied) {
  HorizonScores scores;
  scores.fill(no_measures());
  scores[kModelColumn][kPsnr] = model;
  scores[kCopyLastColumn][kPsnr] = copied;
  return {scores};
}

ClipSample clip(int source, const std::string& name) {
  ClipSample sample;
  sample.source = source;
  sample.name = name;
  return sample;
}

TEST(ScoreSums, AreMeansOverStartsThenOverClips) {
  ScoreSums sums(1);
  sums.begin_start(clip(0, "a"), 9);
  sums.add(0, start(30, 20));
  sums.begin_start(clip(0, "a"), 9);
  sums.add(1, start(34, 22));
  sums.begin_start(clip(3, "b"), 5);
  sums.add(0, start(50, 45));
  const Scores scores = sums.finish();
  ASSERT_EQ(scores.clips.size(), 2u);
  EXPECT_EQ(scores.clips[0].name, "a");
  EXPECT_EQ(scores.clips[0].starts, 2);
  EXPECT_DOUBLE_EQ(scores.clips[0].horizons[0][kModelColumn][kPsnr], 32);
  EXPECT_EQ(scores.clips[1].frames, 5);
  EXPECT_DOUBLE_EQ(scores.mean[0][kModelColumn][kPsnr], 41);
  EXPECT_DOUBLE_EQ(scores.mean_psnr(), 41);
  EXPECT_TRUE(std::isnan(scores.mean[0][kFlowColumn][kPsnr]));
  EXPECT_TRUE(std::isnan(scores.intervals[0].gains[kFlowColumn].low));
}

TEST(ScoreSums, TellStillFromSlowFromFastStarts) {
  ScoreSums sums(1);
  sums.begin_start(clip(0, "a"), 9);
  for (const double copied : {60.0, 40.0, 39.9, 30.0, 29.9}) sums.add(0, start(copied + 1, copied));
  const Scores scores = sums.finish();
  ASSERT_EQ(scores.kinds.size(), 3u);
  EXPECT_EQ(scores.kinds[0].name, "still");
  EXPECT_EQ(scores.kinds[0].starts, 2);
  EXPECT_EQ(scores.kinds[1].starts, 2);
  EXPECT_EQ(scores.kinds[2].starts, 1);
  EXPECT_DOUBLE_EQ(scores.kinds[2].horizons[0][kModelColumn][kPsnr], 30.9);
}

}  // namespace
}  // namespace stip::training
