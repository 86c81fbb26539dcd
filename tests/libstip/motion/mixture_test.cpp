// What a network's answer does to a prediction, and its gradient against differences.
#include "motion/mixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "motion/mixture_grid.h"
#include "motion/predicted_rows.h"
#include "motion/source_test.h"

namespace stip {
namespace {

class MixtureTest : public ::testing::Test {
 protected:
  static constexpr int kWidth = 22;  // not a multiple of a cell
  static constexpr int kHeight = 18;
  static constexpr int kColumns = 6;
  static constexpr int kRows = 5;

  void SetUp() override {
    base_.whole = waves(0);
    previous_.whole = waves(1.3f);
    history_ = waves(1.4f);
    smooth(&base_, pool_);
    smooth(&previous_, pool_);
    flow_ = field(-1.3f);
    const CellField change = field(0.4f);
    displace(flow_, &change, 1, pool_, &plan_.displacements);
    read_unmoved(pictures(), pool_, &unmoved_);
    plan_.k = 1;
    plan_.weights.resize(kColumns, kRows);
    plan_.gate.resize(kColumns * kRows);
    for (std::size_t i = 0; i < plan_.gate.size(); ++i) {
      plan_.weights.pixels[i] = Float4{0.6f, 0.2f, -0.1f, uniform(0.3f)};
      plan_.gate[i] = 0.4f + 0.1f * static_cast<float>(i % 5);
    }
  }

  float uniform(float reach) {
    return std::uniform_real_distribution<float>(-reach, reach)(random_);
  }

  static FloatPicture waves(float shift) {
    FloatPicture picture;
    picture.resize(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const float at = static_cast<float>(x) - shift;
        const float value = 128 + 50 * std::sin(at / 3 + static_cast<float>(y) / 4);
        picture.row(y)[x] =
            Float4{std::round(value), std::round(0.8f * value), std::round(255 - value), 0};
      }
    }
    return picture;
  }

  CellField field(float x) {
    CellField result;
    result.resize(kColumns, kRows);
    for (int i = 0; i < kColumns * kRows; ++i) {
      result.uv[std::size_t(2 * i)] = x + uniform(0.3f);
      result.uv[std::size_t(2 * i + 1)] = uniform(0.3f);
    }
    return result;
  }

  SourcePictures pictures() const { return {&base_, &previous_, &history_, &flow_}; }

  std::vector<float> channels(float reach) {
    std::vector<float> result(kColumns * kRows * kMotionChannels);
    for (float& value : result) value = uniform(reach);
    return result;
  }

  FloatPicture mixed(const float* channels) { return predicted(channels, 0); }

  FloatPicture predicted(const float* channels, float amount) {
    Mixture mixture;
    decode_mixture({pictures(), &unmoved_}, plan_, channels, kColumns * kMotionChannels, pool_,
                   &mixture);
    FloatPicture result;
    result.resize(kWidth, kHeight);
    const MixPictures given{pictures(), &unmoved_};
    PredictedRows rows(given, mixture, {amount, &plan_.gate});
    for (int y = 0; y < kHeight; ++y) std::copy_n(rows.row(y), kWidth, result.row(y));
    return result;
  }

  // Sum of the prediction times a fixed picture.
  double judged(const std::vector<float>& channels, const FloatPicture& by) {
    const FloatPicture picture = mixed(channels.data());
    double sum = 0;
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
      for (int c = 0; c < 3; ++c) sum += double(picture.pixels[i][c]) * double(by.pixels[i][c]);
    }
    return sum;
  }

  std::mt19937 random_{7};
  ThreadPool pool_{2};
  SmoothedPicture base_;
  SmoothedPicture previous_;
  FloatPicture history_;
  UnmovedSources unmoved_;
  CellField flow_;
  MotionPlan plan_;
};

TEST_F(MixtureTest, ASilentNetworkLeavesTheClosedForm) {
  const std::vector<float> silent(kColumns * kRows * kMotionChannels, 0);
  const FloatPicture with = mixed(silent.data());
  const FloatPicture without = mixed(nullptr);
  for (std::size_t i = 0; i < with.pixels.size(); ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(with.pixels[i][c], without.pixels[i][c]);
  }
  for (Float4& weights : plan_.weights.pixels) weights = Float4{1, 0, 0, 0};
  const FloatPicture moved = mixed(nullptr);
  std::vector<Float4> sources(kMotionSources * kWidth);
  read_sources(pictures(), plan_.displacements, {7, 0, 1, kWidth}, kAllSources, sources.data());
  for (int x = 0; x < kWidth; ++x)
    EXPECT_NEAR(moved.row(7)[x][1], sources[std::size_t(x)][1], 1e-3);
}

TEST_F(MixtureTest, AClosedGateLetsNothingThrough) {
  plan_.gate.assign(plan_.gate.size(), 0);
  const FloatPicture with = mixed(channels(3).data());
  const FloatPicture without = mixed(nullptr);
  for (std::size_t i = 0; i < with.pixels.size(); ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(with.pixels[i][c], without.pixels[i][c]);
  }
}

TEST_F(MixtureTest, PointsAreWeighedAsTheGradientHasIt) {
  const std::vector<float> given = channels(0.5f);
  Mixture mixture;
  decode_mixture({pictures(), &unmoved_}, plan_, given.data(), kColumns * kMotionChannels, pool_,
                 &mixture);
  std::vector<Float4> smooth_ones(kMotionSources * 2 * kColumns);
  for (int y = 0; y < 2 * kRows; ++y) {
    read_smooth_sources(pictures(), mixture.displacements, y, 2 * kColumns, kSmoothSources,
                        smooth_ones.data());
    for (int x = 0; x < 2 * kColumns; ++x) {
      float weights[kMotionSources];
      Float4 ground = point_weights(
          plan_, given.data() + std::ptrdiff_t{y / 2} * kColumns * kMotionChannels, y, x, weights);
      for (const MotionSource source : kSmoothOnes) {
        ground += smooth_ones[std::size_t(source * 2 * kColumns + x)] * weights[source];
        ground[3] += weights[source];
      }
      for (int i = 0; i < 4; ++i) {
        EXPECT_NEAR(mixture.weights.row(y)[x][i], weights[kSharpSources[i]], 1e-5) << y << " " << x;
        EXPECT_NEAR(mixture.ground.row(y)[x][i], ground[i], 1e-3) << y << " " << x;
      }
    }
  }
}

TEST_F(MixtureTest, PredictionsAreSharpenedByWhatBlurringTakes) {
  const std::vector<float> given = channels(0.3f);
  plan_.gate.assign(plan_.gate.size(), 0.5f);
  const FloatPicture plain = mixed(given.data());
  const FloatPicture sharp = predicted(given.data(), 0.4f);
  double change = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      Float4 blurred{};
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const float share = float((2 - dy * dy) * (2 - dx * dx)) / 16;
          blurred +=
              plain.row(std::clamp(y + dy, 0, kHeight - 1))[std::clamp(x + dx, 0, kWidth - 1)] *
              share;
        }
      }
      const Float4 here = plain.row(y)[x];
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(sharp.row(y)[x][c], here[c] + 0.2f * (here[c] - blurred[c]), 1e-3);
        change += std::abs(double(sharp.row(y)[x][c] - here[c]));
      }
    }
  }
  EXPECT_GT(change, 100);
}

TEST_F(MixtureTest, AClosedGateLeavesPredictionsAsMixed) {
  plan_.gate.assign(plan_.gate.size(), 0);
  const FloatPicture plain = mixed(nullptr), sharp = predicted(nullptr, 2);
  for (std::size_t i = 0; i < sharp.pixels.size(); ++i) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(sharp.pixels[i][c], plain.pixels[i][c]);
  }
}

// Threads make bands of rows.
TEST_F(MixtureTest, PredictedRowsAreTheSameInAnyOrder) {
  const std::vector<float> given = channels(0.5f);
  const FloatPicture whole = predicted(given.data(), 0.3f);
  Mixture mixture;
  decode_mixture({pictures(), &unmoved_}, plan_, given.data(), kColumns * kMotionChannels, pool_,
                 &mixture);
  const MixPictures of{pictures(), &unmoved_};
  PredictedRows rows(of, mixture, {0.3f, &plan_.gate});
  for (const int y : {5, 6, 2, 17, 0, 16, 9}) {
    const Float4* row = rows.row(y);
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) EXPECT_EQ(row[x][c], whole.row(y)[x][c]) << y << " " << x;
    }
  }
}

TEST_F(MixtureTest, GradientIsThatOfDifferences) {
  const std::vector<float> at = channels(0.1f);
  FloatPicture by;
  by.resize(kWidth, kHeight);
  for (Float4& pixel : by.pixels) pixel = Float4{uniform(1), uniform(1), uniform(1), 0};
  Mixture mixture;
  decode_mixture({pictures(), &unmoved_}, plan_, at.data(), kColumns * kMotionChannels, pool_,
                 &mixture);
  std::vector<float> gradient(at.size());
  mixture_gradient({pictures(), &unmoved_}, plan_, at.data(), kColumns * kMotionChannels, mixture,
                   by, gradient.data());
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::size_t channel = i % kMotionChannels;
    // Displacements are only piecewise smooth: bilinear pictures have kinks at pixels.
    const bool shift = channel == 32 || channel == 33;
    const float step = shift ? 2e-3f : 0.05f;
    std::vector<float> up = at, down = at;
    up[i] += step;
    down[i] -= step;
    const double by_difference = (judged(up, by) - judged(down, by)) / (2 * double(step));
    const double tolerance =
        shift ? 0.1 * std::abs(by_difference) + 6 : 0.02 * std::abs(by_difference) + 0.5;
    EXPECT_NEAR(double(gradient[i]), by_difference, tolerance)
        << i / kMotionChannels << " " << channel;
    worst = std::max(worst, std::abs(double(gradient[i]) - by_difference));
    largest = std::max(largest, std::abs(by_difference));
  }
  EXPECT_GT(largest, 50);
  for (std::size_t i = 46; i < at.size(); i += kMotionChannels)
    EXPECT_EQ(gradient[i], 0) << "unused";
}

TEST_F(MixtureTest, EvidenceIsOfTheSampledPixels) {
  SourceTest test;
  test_sources(pictures(), plan_.displacements, waves(-1.3f), pool_, &test);
  ASSERT_EQ(test.moved.size(), std::size_t(kColumns * kRows));
  // By hand in one cell: pixels (1,0), (3,1), (0,2), (2,3) of it.
  const int xs[] = {1, 3, 0, 2};
  double moved = 0, first = 0;
  std::vector<Float4> sources(kCandidates * kColumns);
  const FloatPicture truth = waves(-1.3f);
  for (int i = 0; i < 4; ++i) {
    const int y = 2 * kCell + i, x = 3 * kCell + xs[i];
    read_sources(pictures(), plan_.displacements, sampled_row(y, kColumns), kClosedFormSources,
                 sources.data());
    for (int c = 0; c < 3; ++c) {
      const double copy = double(base_.whole.row(y)[x][c]);
      const double t = double(truth.row(y)[x][c]) - copy;
      moved += t * t / 4;
      first += t * (double(sources[3][c]) - copy) / 4;
    }
  }
  EXPECT_NEAR(double(test.moved[2 * kColumns + 3]), moved, 1e-3 * moved);
  EXPECT_NEAR(double(test.evidence.cells[2 * kColumns + 3][Evidence::kProducts]), first,
              1e-3 * std::abs(first) + 0.01);
}

TEST(MakeHistory, AveragesWhatAgreesAlongTheFlow) {
  SmoothedPicture frame, before;
  ThreadPool pool(1);
  for (SmoothedPicture* picture : {&frame, &before}) picture->whole.resize(8, 4);
  std::fill(frame.whole.pixels.begin(), frame.whole.pixels.end(), Float4{100, 100, 100, 0});
  before.whole.pixels.assign(32, Float4{104, 104, 104, 0});
  before.whole.row(1)[3] = Float4{200, 100, 100, 0};
  for (SmoothedPicture* picture : {&frame, &before}) smooth(picture, pool);
  CellField flow;
  flow.resize(2, 1);
  flow.uv = {1, 0, 1, 0};
  FloatPicture history;
  make_history({&frame, &before, &before.whole, &flow}, pool, &history);
  EXPECT_NEAR(double(history.row(0)[0][1]), 102, 0.2);
  EXPECT_NEAR(double(history.row(1)[2][0]), 105, 1) << "something else, a pixel further";
}

TEST(BoxMeans, AreMeansOfWhatIsInside) {
  const int columns = 7, rows = 5;
  std::vector<float> plane;
  for (int i = 0; i < columns * rows; ++i) plane.push_back(static_cast<float>((i * 37) % 11));
  for (const int radius : {1, 2, 9}) {
    std::vector<float> means;
    box_means(plane, columns, rows, radius, &means);
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        double sum = 0;
        int count = 0;
        for (int v = std::max(0, y - radius); v <= std::min(rows - 1, y + radius); ++v) {
          for (int u = std::max(0, x - radius); u <= std::min(columns - 1, x + radius); ++u) {
            sum += double(plane[std::size_t(v * columns + u)]);
            ++count;
          }
        }
        EXPECT_NEAR(double(means[std::size_t(y * columns + x)]), sum / count, 1e-5);
      }
    }
  }
}

}  // namespace
}  // namespace stip
