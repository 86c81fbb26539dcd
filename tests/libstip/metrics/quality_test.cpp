#include "stip/quality.h"

#include <gtest/gtest.h>

#include "metrics/psnr.h"
#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

TEST(Quality, JudgesThePredictionBesideTheNewestFrame) {
  const Sketch truth = make_sketch(Picture::moving(64, 48, 20).view());
  const Sketch newest = make_sketch(Picture::moving(64, 48, 10).view());
  const Comparison perfect = compare(truth, truth, newest);
  EXPECT_NEAR(perfect.model.psnr, 60.17, 0.01);
  EXPECT_NEAR(perfect.model.ssim, 1, 1e-6);
  EXPECT_DOUBLE_EQ(perfect.copy_last.psnr, psnr(squared_error(truth, newest)));
  EXPECT_DOUBLE_EQ(perfect.copy_last.ssim, ssim(truth, newest));
  EXPECT_LT(perfect.copy_last.psnr, 30);
}

TEST(Quality, MeansArePlainForAHundredPredictionsAndFadeAfterwards) {
  RunningComparison running;
  for (int i = 1; i <= 100; ++i) running.add({{double(i), 0.5}, {30, 0.25}});
  EXPECT_NEAR(running.mean.model.psnr, 50.5, 1e-9);
  EXPECT_NEAR(running.mean.copy_last.ssim, 0.25, 1e-12);
  running.add({{150.5, 0.5}, {30, 0.25}});
  EXPECT_NEAR(running.mean.model.psnr, 51.5, 1e-9);
  EXPECT_EQ(running.count, 101u);
}

TEST(Quality, HorizonsAreKeptApart) {
  QualityRecord record;
  record.add(1, {{40, 1}, {30, 1}});
  record.add(5, {{20, 1}, {10, 1}});
  EXPECT_DOUBLE_EQ(record.horizons().at(1).mean.model.psnr, 40);
  EXPECT_DOUBLE_EQ(record.horizons().at(5).mean.copy_last.psnr, 10);
  record.clear();
  EXPECT_TRUE(record.horizons().empty());
}

}  // namespace
}  // namespace stip
