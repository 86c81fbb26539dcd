// The stream that networks of `output: motion` see, without a network.
#include "motion/motion_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "metrics/psnr.h"
#include "support/pictures.h"

namespace stip {
namespace {

using test::Picture;

constexpr int kWidth = 150;  // not a multiple of a cell
constexpr int kHeight = 98;

Picture waves(double shift, double noise, unsigned seed) {
  Picture picture(kWidth, kHeight);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double at = x - shift;
      const double value =
          128 + 50 * std::sin(at / 7 + y / 11.0) + 40 * std::sin(at / 3.1 - y / 5.0);
      for (int c = 0; c < 3; ++c) {
        picture.pixels[std::size_t((y * kWidth + x) * 3 + c)] =
            static_cast<std::uint8_t>(std::clamp(value + noise * normal(random), 0.0, 255.0));
      }
    }
  }
  return picture;
}

double quality(const FrameView& a, const FrameView& b) { return psnr(squared_error(a, b)); }

struct Stream {
  explicit Stream(int threads = 1, int context = 4)
      : pool(threads), stream({kWidth, kHeight, context}, pool) {}

  Picture predicted(int k, const std::vector<float>* answer = nullptr) {
    stream.plan(k);
    stream.answer(k, answer != nullptr ? answer->data() : nullptr,
                  stream.columns() * kMotionChannels);
    Picture picture(kWidth, kHeight);
    stream.predict(k, picture.mutable_view());
    return picture;
  }

  // Planned before.
  std::vector<float> features(int k) {
    std::vector<float> cells(std::size_t(stream.rows() * stream.columns() * kMotionChannels));
    stream.features(k, cells.data(), stream.columns() * kMotionChannels);
    return cells;
  }

  ThreadPool pool;
  MotionStream stream;
};

TEST(MotionStream, OneFrameIsCopied) {
  Stream s;
  const Picture frame = waves(0, 3, 1);
  s.stream.push(frame.view());
  EXPECT_FALSE(s.stream.learns());
  EXPECT_EQ(s.predicted(3).pixels, frame.pixels);
}

TEST(MotionStream, TwoFramesAreFollowed) {
  Stream s;
  for (int t = 0; t < 2; ++t) s.stream.push(waves(2 * t, 0, 1).view());
  EXPECT_FALSE(s.stream.learns());
  EXPECT_GT(quality(s.predicted(1).view(), waves(4, 0, 1).view()), 30);
}

TEST(MotionStream, WhatMovesOnIsPredicted) {
  Stream s;
  for (int t = 0; t < 4; ++t) s.stream.push(waves(2 * t, 0, 1).view());
  for (const int k : {1, 3}) {
    const Picture truth = waves(6 + 2 * k, 0, 1);
    const double copied = quality(waves(6, 0, 1).view(), truth.view());
    EXPECT_GT(quality(s.predicted(k).view(), truth.view()), copied + 8) << k;
  }
}

TEST(MotionStream, NoiseIsAveraged) {
  Stream s;
  for (unsigned t = 0; t < 4; ++t) s.stream.push(waves(0, 5, t).view());
  const Picture truth = waves(0, 5, 9);
  EXPECT_GT(quality(s.predicted(1).view(), truth.view()),
            quality(waves(0, 5, 3).view(), truth.view()) + 1.4)
      << "two frames alone: 1.25";
}

// Whatever the network says.
TEST(MotionStream, AFrozenVideoStaysAsItIs) {
  Stream s;
  const Picture frame = waves(0, 5, 1);
  for (int t = 0; t < 4; ++t) s.stream.push(frame.view());
  std::vector<float> answer(std::size_t(s.stream.rows() * s.stream.columns() * kMotionChannels), 2);
  for (const int k : {1, 5}) EXPECT_EQ(s.predicted(k, &answer).pixels, frame.pixels) << k;
}

TEST(MotionStream, ThreadsChangeNothing) {
  Stream one(1), three(3);
  std::vector<float> answer(
      std::size_t(one.stream.rows() * one.stream.columns() * kMotionChannels));
  for (std::size_t i = 0; i < answer.size(); ++i) answer[i] = 0.01f * static_cast<float>(i % 13);
  for (unsigned t = 0; t < 7; ++t) {
    const Picture frame = waves(1.7 * t, 2, t);
    one.stream.push(frame.view());
    three.stream.push(frame.view());
    if (t == 2) continue;  // then nothing is tested ahead
    EXPECT_EQ(one.predicted(3, &answer).pixels, three.predicted(3, &answer).pixels) << t;
  }
}

// Velocities 0.5, 1.5, 2.5.
constexpr double kFaster[] = {0, 0.5, 2, 4.5};

TEST(MotionStream, FeaturesSayHowMotionChanges) {
  Stream s;
  for (int t = 0; t < 4; ++t) s.stream.push(waves(kFaster[t], 0, 1).view());
  s.stream.plan(1);
  const std::vector<float> features = s.features(1);
  const float* cell = &features[std::size_t((10 * s.stream.columns() + 15) * kMotionChannels)];
  EXPECT_NEAR(double(cell[18]), -2.5 / 8, 0.05);
  EXPECT_NEAR(double(cell[20]), -1.0 / 8, 0.05) << "its change";
  EXPECT_NEAR(double(cell[43]), -1.0 / 8, 0.05) << "and a frame before";
  EXPECT_LT(cell[45], cell[12] - 0.5f) << "the accelerated one predicted the newest frame better";
}

TEST(MotionStream, ARepeatTakesThePlaceOfWhatItRepeats) {
  const auto predicted = [](const std::vector<int>& frames) {
    Stream s;
    for (const int t : frames) s.stream.push(waves(2 * t, 0, 1).view());
    return s.predicted(2).pixels;
  };
  const auto even = predicted({0, 1, 2, 3});
  EXPECT_EQ(predicted({0, 1, 2, 3, 3}), even) << "seen again, it moves on all the same";
  EXPECT_EQ(predicted({0, 1, 1, 2, 3}), even);
  EXPECT_EQ(predicted({0, 0, 1, 2}), predicted({0, 1, 2})) << "known when the third frame comes";
  EXPECT_EQ(predicted({0, 1, 2, 2, 2, 3}), even);
  EXPECT_EQ(predicted({0, 1, 2, 3, 3, 3, 3, 3, 3, 3}), waves(6, 0, 1).pixels) << "it has stopped";
}

// What was learnt with the frame that was repeated goes with it.
TEST(MotionStream, PredictingBeforeARepeatLeavesNoTrace) {
  Stream always, once;
  for (unsigned t = 0; t < 7; ++t) {
    const Picture frame = waves(2 * double(t - t / 5), 0.4, t);  // the sixth repeats the fifth
    always.stream.push(frame.view());
    always.predicted(3);
    once.stream.push(frame.view());
    if (t < 5) continue;
    EXPECT_EQ(always.predicted(3).pixels, once.predicted(3).pixels) << t;
  }
}

TEST(MotionStream, TheNewestOfRepeatsIsTheBase) {
  Stream s;
  for (int t = 0; t < 4; ++t) s.stream.push(waves(2 * t, 0, 1).view());
  Picture again = waves(6, 0, 1);
  again.pixels[5000] = static_cast<std::uint8_t>(again.pixels[5000] ^ 1);
  s.stream.push(again.view());
  Picture newest(kWidth, kHeight);
  s.stream.predict(0, newest.mutable_view());
  EXPECT_EQ(newest.pixels, again.pixels);
}

TEST(MotionStream, HorizonsCountStepsWhereRepeatsComeInARhythm) {
  Stream s;
  for (int t = 0; t < 12; ++t) s.stream.push(waves(2 * (t / 2), 0, 1).view());
  EXPECT_EQ(s.stream.steps_ahead(1), 1);
  EXPECT_EQ(s.stream.steps_ahead(2), 1);
  EXPECT_EQ(s.stream.steps_ahead(3), 2);
  s.stream.clear();
  EXPECT_EQ(s.stream.steps_ahead(3), 3);
}

// Frames at times 0, 1, 2, 4, ...: the next step is as long as they are in the mean.
TEST(MotionStream, UnevenStepsAreEvenedOut) {
  const auto moved = [](const std::vector<double>& times, double from) {
    Stream s;
    for (const double time : times) s.stream.push(waves(1.5 * time, 0, 1).view());
    const Picture predicted = s.predicted(1);
    double best = 0, most = 0;
    for (double step = 0.1; step < 4; step += 0.05) {
      const double close = quality(predicted.view(), waves(1.5 * (from + step), 0, 1).view());
      if (close > most) {
        most = close;
        best = step;
      }
    }
    return best;
  };
  EXPECT_NEAR(moved({0, 1, 2, 4}, 4), 4.0 / 3, 0.15);
  EXPECT_NEAR(moved({0, 1, 3, 4}, 4), 4.0 / 3, 0.15);
  EXPECT_NEAR(moved({0, 2, 3, 4}, 4), 4.0 / 3, 0.15);
  EXPECT_NEAR(moved({0, 1, 2, 3}, 3), 1, 0.1);
  EXPECT_LT(moved({0, 2, 3, 3.4}, 3.4), 0.5) << "it comes to a stop";
}

// What was before the context leaves no trace.
void expect_context_alone(const std::vector<double>& times) {
  Stream running, fresh;
  const auto given = [&](std::size_t t) { return waves(1.3 * times[t], 3, unsigned(t)); };
  for (std::size_t t = 0; t < 9; ++t) {
    running.stream.push(given(t).view());
    if (t != 4) running.predicted(2);
    if (t >= 5) fresh.stream.push(given(t).view());
  }
  EXPECT_EQ(running.predicted(4).pixels, fresh.predicted(4).pixels);
  running.stream.clear();
  for (std::size_t t = 5; t < 9; ++t) running.stream.push(given(t).view());
  EXPECT_EQ(running.predicted(4).pixels, fresh.predicted(4).pixels);
}

TEST(MotionStream, DependsOnItsContextAlone) {
  expect_context_alone({0, 1, 2, 3, 4, 5, 6, 7, 8});
  expect_context_alone({0, 1, 3, 4, 6, 7, 9, 10, 12});
  expect_context_alone({0, 1, 2, 3, 4, 6, 7, 8, 9});
}

TEST(MotionStream, FeaturesSayWhatTheyPromise) {
  Stream s;
  for (int t = 0; t < 4; ++t) s.stream.push(waves(2 * t, 0, 1).view());
  s.stream.plan(2);
  const std::vector<float> features = s.features(2);
  for (const float value : features) ASSERT_TRUE(std::isfinite(value));
  const float* cell = &features[std::size_t((10 * s.stream.columns() + 15) * kMotionChannels)];
  EXPECT_NEAR(double(cell[18]), -2.0 / 8, 0.05) << "the flow: two pixels to where it was";
  EXPECT_NEAR(double(cell[19]), 0, 0.05);
  EXPECT_NEAR(double(cell[22]), 0.5, 1e-6) << "horizon 2";
  float detail = 0;
  for (int p = 23; p < 39; ++p) detail += cell[p];
  EXPECT_NEAR(double(detail), 0, 1e-3) << "pixels less their mean";
  EXPECT_LT(cell[12], -0.5f) << "moving predicted what was seen better than copying";
}

TEST(MotionStream, TakesTheSmallestPictures) {
  for (const int side : {1, 2, 5}) {
    ThreadPool pool(2);
    MotionStream stream({side, 3, 4}, pool);
    for (unsigned t = 0; t < 4; ++t) stream.push(Picture::random(side, 3, t).view());
    stream.plan(1);
    std::vector<float> features(std::size_t(stream.rows() * stream.columns() * kMotionChannels));
    stream.features(1, features.data(), stream.columns() * kMotionChannels);
    stream.answer(1, nullptr, 0);
    Picture out(side, 3);
    stream.predict(1, out.mutable_view());
    for (const float value : features) EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace stip
