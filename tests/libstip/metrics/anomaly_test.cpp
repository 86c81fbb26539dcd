#include "stip/anomaly.h"

#include <algorithm>
#include <cmath>

#include "metrics/calibrator.h"
#include "support/expect_error.h"
#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

Picture grey(int width, int height) {
  Picture picture(width, height);
  std::fill(picture.pixels.begin(), picture.pixels.end(), std::uint8_t{100});
  return picture;
}

void paste(Picture* picture, Box box, int level) {
  for (int y = box.y; y < box.y + box.height; ++y) {
    auto* row = picture->pixels.data() + static_cast<std::ptrdiff_t>(3) * picture->width * y;
    std::fill(row + 3 * box.x, row + 3 * (box.x + box.width), static_cast<std::uint8_t>(level));
  }
}

ErrorMap map_of(const Picture& truth, const Picture& prediction) {
  return error_map(make_sketch(truth.view()), make_sketch(prediction.view()));
}

// The mean squared error of the window around (x, y) of the truth against the prediction's window
// (dx, dy) away; infinite if that one is not inside.
double shifted(const Sketch& a, const Sketch& b, int x, int y, int dx, int dy) {
  double sum = 0;
  int count = 0;
  for (int v = std::max(y - 6, 0); v <= std::min(y + 6, a.rows - 1); ++v) {
    for (int u = std::max(x - 6, 0); u <= std::min(x + 6, a.columns - 1); ++u) {
      if (v + dy < 0 || v + dy >= a.rows || u + dx < 0 || u + dx >= a.columns) return 1e9;
      for (int c = 0; c < 3; ++c, ++count) {
        const double difference =
            int{a.means[static_cast<std::size_t>(3 * (v * a.columns + u) + c)]} -
            int{b.means[static_cast<std::size_t>(3 * ((v + dy) * a.columns + u + dx) + c)]};
        sum += difference * difference;
      }
    }
  }
  return sum / count;
}

// The definition: every second place first, then the neighbours of the best, nothing under noise.
double likest(const Sketch& a, const Sketch& b, int x, int y) {
  double best = shifted(a, b, x, y, 0, 0);
  if (best <= 16) return best;
  int at_x = 0;
  int at_y = 0;
  const auto visit = [&](int dx, int dy) {
    const double error = shifted(a, b, x, y, dx, dy);
    if (error >= best) return;
    best = error;
    at_x = dx;
    at_y = dy;
  };
  for (int dy = -8; dy <= 8; dy += 2) {
    for (int dx = -8; dx <= 8; dx += 2) visit(dx, dy);
  }
  const int near_x = at_x;
  const int near_y = at_y;
  for (int dy = near_y - 1; dy <= near_y + 1; ++dy) {
    for (int dx = near_x - 1; dx <= near_x + 1; ++dx) visit(dx, dy);
  }
  return best;
}

TEST(ErrorMap, EqualsTheDefinitionAtEverySize) {
  const int sizes[][2] = {{1, 1}, {2, 9}, {8, 8}, {33, 17}, {7, 40}, {400, 390}};
  for (const auto& [width, height] : sizes) {
    const Sketch a = make_sketch(Picture::random(width, height, 1).view());
    const Sketch b = make_sketch(Picture::random(width, height, 2).view());
    const ErrorMap map = error_map(a, b);
    ASSERT_EQ(map.errors.size(), static_cast<std::size_t>(map.columns * map.rows));
    std::vector<float> expected(map.errors.size());
    for (int y = 2; y < std::max(a.rows, 4); y += 4) {
      for (int x = 2; x < std::max(a.columns, 4); x += 4) {
        float& block = expected[static_cast<std::size_t>(y / 8 * map.columns + x / 8)];
        const double error = likest(a, b, std::min(x, a.columns - 1), std::min(y, a.rows - 1));
        block = std::max(block, static_cast<float>(error));
      }
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(map.errors[i], expected[i], 0.01) << width << "x" << height << " " << i;
    }
  }
}

TEST(ErrorMap, WhatMovedALittleIsNoSurprise) {
  Picture before = grey(320, 240);
  paste(&before, {100, 100, 30, 50}, 220);
  Picture moved = grey(320, 240);
  paste(&moved, {106, 97, 30, 50}, 220);
  EXPECT_LT(map_of(moved, before).largest(), 20);
  Picture far = grey(320, 240);
  paste(&far, {200, 100, 30, 50}, 220);
  EXPECT_GT(map_of(far, before).largest(), 10000);
}

TEST(ErrorMap, SeesColoursOfTheSameBrightness) {
  Picture truth = grey(320, 240);
  for (int y = 100; y < 130; ++y) {
    for (int x = 100; x < 130; ++x) {
      std::uint8_t* pixel = truth.pixels.data() + static_cast<std::ptrdiff_t>(3) * (320 * y + x);
      pixel[0] = 0;    // 100 * 29 lost,
      pixel[2] = 138;  // 38 * 77 won
    }
  }
  EXPECT_GT(map_of(truth, grey(320, 240)).largest(), 3000);
}

TEST(ErrorMap, ASmallObjectStandsOutAndIsBoxed) {
  Picture truth = grey(320, 240);
  const Box object{96, 64, 24, 40};
  paste(&truth, object, 180);
  paste(&truth, {280, 200, 4, 4}, 140);  // weaker, elsewhere
  const ErrorMap map = map_of(truth, grey(320, 240));
  EXPECT_NEAR(map.largest(), 80 * 80, 1);
  const Box box = box_around_largest(map, map.largest() / 2);
  EXPECT_LE(box.x, 96);
  EXPECT_GE(box.x, 88);
  EXPECT_LE(box.y, 64);
  EXPECT_GE(box.y, 56);
  EXPECT_GE(box.x + box.width, 120);
  EXPECT_LE(box.x + box.width, 128);
  EXPECT_GE(box.y + box.height, 104);
  EXPECT_LE(box.y + box.height, 112);
}

TEST(ErrorMap, BoxesStayInsidePicturesOfAnySize) {
  Picture truth = grey(521, 519);  // factor 2, blocks of 16, the last one cut
  paste(&truth, {500, 500, 21, 19}, 255);
  const Box box = box_around_largest(map_of(truth, grey(521, 519)), 100);
  EXPECT_EQ(box.x + box.width, 521);
  EXPECT_EQ(box.y + box.height, 519);
}

TEST(ErrorMap, TheLargestBlockIsBoxedWhateverTheLevel) {
  const Box box = box_around_largest(map_of(grey(16, 16), grey(16, 16)), 1e9);
  EXPECT_EQ(box.width, 8);
  EXPECT_EQ(box.height, 8);
}

TEST(ErrorMap, RefusesPicturesOfDifferentSizes) {
  EXPECT_STIP_ERROR(map_of(grey(8, 9), grey(9, 8)), ErrorCode::kInvalidArgument, "different sizes");
}

ErrorQuantiles quantiles_to_1000() {
  std::vector<double> errors;
  for (int i = 1000; i >= 1; --i) errors.push_back(i);
  return error_quantiles(errors);
}

TEST(AnomalyScorer, IsTheShareOfNormalFramesAndThenTheMultipleOfTheLargest) {
  const AnomalyScorer scorer(quantiles_to_1000());
  EXPECT_DOUBLE_EQ(scorer.score(0), 0);
  EXPECT_NEAR(scorer.score(500), 0.5, 1e-9);
  EXPECT_NEAR(scorer.score(950), 0.95, 1e-3);
  EXPECT_NEAR(scorer.score(999), 0.999, 1e-9);
  EXPECT_DOUBLE_EQ(scorer.score(1000), 1);
  EXPECT_DOUBLE_EQ(scorer.score(3000), 3);
}

TEST(AnomalyScorer, ErrorsAndScoresAreEachOthersInverse) {
  const AnomalyScorer scorer(quantiles_to_1000());
  for (const double score : {0.05, 0.3, 0.95, 0.9995, 1.0, 1.5, 20.0}) {
    EXPECT_NEAR(scorer.score(scorer.error_at(score)), score, 1e-9) << score;
  }
}

TEST(AnomalyScorer, CalibrationWithoutNoiseDoesNotMakeNoiseAnEvent) {
  const AnomalyScorer scorer(error_quantiles(std::vector<double>(100, 0.0)));
  EXPECT_LE(scorer.score(20), 1);
  EXPECT_GT(scorer.score(100), 3);
}

// Errors with an exponential tail: the largest of 100 is about what 5 times as many would exceed.
TEST(AnomalyScorer, TheLargestOfFewFramesIsNotTakenForTheLargestOfMany) {
  const auto exponential = [](int frames) {
    std::vector<double> errors;
    for (int i = 0; i < frames; ++i) errors.push_back(-1000 * std::log((i + 0.5) / frames));
    return error_quantiles(errors);
  };
  const double few = AnomalyScorer(exponential(100)).error_at(2);
  const double many = AnomalyScorer(exponential(512)).error_at(2);
  EXPECT_NEAR(few, many, 0.03 * many);
  EXPECT_DOUBLE_EQ(many, 2 * exponential(512).errors.back());
}

TEST(AnomalyScorer, LearnsWhatIsNormalBeforeItJudges) {
  AnomalyScorer scorer;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(scorer.score(1e6), 0) << i;
    scorer.learn(200, false);
  }
  EXPECT_DOUBLE_EQ(scorer.score(600), 3);
  scorer.reset();
  EXPECT_EQ(scorer.score(600), 0);
}

TEST(AnomalyScorer, WhatStaysBecomesNormalSlowly) {
  AnomalyScorer scorer;
  for (int i = 0; i < 100; ++i) scorer.learn(100, false);
  for (int i = 0; i < 10; ++i) scorer.learn(1000, true);
  EXPECT_GT(scorer.score(1000), 9);
  int frames = 10;
  while (scorer.score(1000) > 1 && frames < 5000) {
    scorer.learn(1000, true);
    ++frames;
  }
  EXPECT_GT(frames, 500);
  EXPECT_LT(frames, 2500);
}

TEST(AnomalyScorer, ForgetsWhatIsLongAgo) {
  AnomalyScorer scorer;
  scorer.learn(5000, false);
  for (int i = 0; i < 511; ++i) scorer.learn(100, false);
  EXPECT_NEAR(scorer.error_at(2), 10000, 1);
  scorer.learn(100, false);
  EXPECT_NEAR(scorer.error_at(2), 200, 1);
}

TEST(Calibration, QuantilesAreOfTheErrorsInAnyOrder) {
  const ErrorQuantiles quantiles = quantiles_to_1000();
  EXPECT_EQ(quantiles.frames, 1000u);
  const double expected[] = {100, 250, 500, 750, 900, 990, 999, 1000};
  for (std::size_t i = 0; i < kErrorShares.size(); ++i) EXPECT_EQ(quantiles.errors[i], expected[i]);
  EXPECT_EQ(error_quantiles({7}).errors.front(), 7);
  EXPECT_STIP_ERROR(error_quantiles({}), ErrorCode::kInvalidArgument, "no frame");
}

TEST(Calibration, TakesTheNextLongerHorizon) {
  Calibration calibration;
  calibration.horizons[2] = error_quantiles({2});
  calibration.horizons[5] = error_quantiles({5});
  EXPECT_EQ(calibration.at(1)->errors.back(), 2);
  EXPECT_EQ(calibration.at(2)->errors.back(), 2);
  EXPECT_EQ(calibration.at(3)->errors.back(), 5);
  EXPECT_FALSE(calibration.at(6).has_value());
}

TEST(Calibrator, MeasuresAsTheElementDoes) {
  Calibrator calibrator;
  EXPECT_STIP_ERROR(calibrator.finish(), ErrorCode::kInvalidArgument, "no prediction");
  Picture off = grey(64, 64);
  for (const int level : {110, 130, 120}) {
    paste(&off, {0, 0, 64, 64}, level);
    calibrator.add(3, grey(64, 64).view(), off.view());
  }
  const Calibration calibration = calibrator.finish();
  ASSERT_EQ(calibration.horizons.size(), 1u);
  EXPECT_EQ(calibration.horizons.at(3).frames, 3u);
  EXPECT_NEAR(calibration.horizons.at(3).errors.front(), 100, 0.01);
  EXPECT_NEAR(calibration.horizons.at(3).errors.back(), 900, 0.01);
}

}  // namespace
}  // namespace stip
