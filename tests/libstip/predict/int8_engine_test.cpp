// The engine in int8 against itself in fp32: on random networks, which have no redundancy to hide
// behind. A shipped model on real frames: tests/training/program_test.cpp.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "predict/engine/engine.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "support/expect_error.h"
#include "support/random_network.h"

namespace stip {
namespace {

using engine::Map;
using test::random_weights;
using test::scene;

struct Case {
  const char* name;
  std::function<void(ModelConfig&)> change;
  double least;  // dB of the prediction's own range, horizon 1
  int width = 96;
  int height = 64;
};

ModelConfig small_case(const std::function<void(ModelConfig&)>& change) {
  ModelConfig config;
  config.norm = Norm::kChannel;
  config.output = Output::kResidual;
  config.levels = 2;
  config.layers = 2;
  config.hidden = 16;
  config.context = 3;
  change(config);
  return config;
}

struct Runner {
  Runner(const engine::NetworkWeights& weights, int width, int height, ThreadPool& pool,
         const engine::ByteWeights* bytes)
      : geometry(fit_geometry(weights.config, width, height, Resize::kAuto)),
        engine(weights, geometry.network_height, geometry.network_width, pool, bytes),
        fit(weights.config, geometry, engine.shape(), pool),
        stream(engine, weights.config.state, weights.config.context) {}

  void push(int t) {
    const auto picture = scene(geometry.width, geometry.height, t);
    fit.take({picture.data(), geometry.width, geometry.height, std::ptrdiff_t{3} * geometry.width,
              PixelOrder::kBgr},
             stream.next_frame());
    stream.push();
  }
  // The predictions of two horizons, the second of which reads the first.
  std::vector<Map> predict() {
    std::vector<Map> all;
    engine::Stream::Take take;
    take.after = [&](int, const Map& prediction) {
      all.push_back(prediction.like());
      all.back().copy_from(prediction);
    };
    stream.predict(2, take);
    return all;
  }

  FitGeometry geometry;
  engine::Engine engine;
  engine::PictureFit fit;
  engine::Stream stream;
};

double range_psnr(const Map& truth, const Map& found, int channels) {
  double squares = 0, low = 1e9, high = -1e9;
  for (int y = 0; y < truth.height(); ++y) {
    for (int x = 0; x < truth.width(); ++x) {
      for (int c = 0; c < channels; ++c) {
        const double value = truth.at(y, x)[c], difference = value - found.at(y, x)[c];
        squares += difference * difference;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  const double mean = squares / truth.height() / truth.width() / channels;
  return 10 * std::log10((high - low) * (high - low) / mean);
}

class Int8EngineTest : public testing::TestWithParam<Case> {};

TEST_P(Int8EngineTest, StaysNearSinglePrecision) {
  const Case& c = GetParam();
  const ModelConfig config = small_case(c.change);
  ThreadPool pool(2);
  const auto weights = engine::make_network_weights(config, random_weights(config), pool);
  Runner exact(weights, c.width, c.height, pool, nullptr);
  engine::RangeMeter meter(config, pool);
  exact.engine.measure(&meter);
  for (int t = 0; t < config.context + 4; ++t) {
    exact.push(t);
    if (exact.stream.ready()) exact.predict();
  }
  exact.engine.measure(nullptr);
  exact.stream.reset();
  const auto bytes = engine::make_byte_weights(weights, meter.ranges());
  Runner coarse(weights, c.width, c.height, pool, &bytes);
  for (int t = 0; t < config.context; ++t) {
    exact.push(t + 4);
    coarse.push(t + 4);
  }
  const auto truth = exact.predict(), found = coarse.predict();
  EXPECT_GE(range_psnr(truth[0], found[0], config.frame_channels()), c.least);
  EXPECT_GE(range_psnr(truth[1], found[1], config.frame_channels()), c.least - 5);
  EXPECT_LT(coarse.engine.clipped_share(), 1e-3);
}

void nothing(ModelConfig&) {}

INSTANTIATE_TEST_SUITE_P(
    Configurations, Int8EngineTest,
    testing::Values(Case{"folded", nothing, 44}, Case{"odd_size", nothing, 44, 75, 101},
                    Case{"recurrent", [](ModelConfig& c) { c.state = StateMode::kRecurrent; }, 44},
                    Case{"not_folded", [](ModelConfig& c) { c.patch = 8; }, 44, 130, 66},
                    Case{"frame_output", [](ModelConfig& c) { c.output = Output::kFrame; }, 34},
                    Case{"padded_channels", [](ModelConfig& c) { c.hidden = 20; }, 44},
                    Case{"patch_1", [](ModelConfig& c) { c.patch = 1; }, 44},
                    Case{"patch_3", [](ModelConfig& c) { c.patch = 3; }, 44, 80, 50},
                    Case{"single_encoder", [](ModelConfig& c) { c.encoder = EncoderKind::kSingle; },
                         44},
                    Case{"one_level", [](ModelConfig& c) { c.levels = 1; }, 44},
                    Case{"four_levels", [](ModelConfig& c) { c.levels = 4; }, 44},
                    Case{"clip_1", [](ModelConfig& c) { c.clip = 1; }, 44},
                    Case{"clip_3", [](ModelConfig& c) { c.clip = 3; }, 44},
                    Case{"no_recall", [](ModelConfig& c) { c.recall = 0; }, 44},
                    Case{"ucfsport", [](ModelConfig& c) { c = ModelConfig(); }, 40, 512, 512}),
    [](const auto& given) { return std::string(given.param.name); });

TEST(Int8Engine, SaysWhichRangeIsMissing) {
  const ModelConfig config = small_case(nothing);
  ThreadPool pool(1);
  const auto weights = engine::make_network_weights(config, random_weights(config), pool);
  EXPECT_STIP_ERROR(engine::make_byte_weights(weights, {{"frame", {{0, 1}}}}),
                    ErrorCode::kInvalidArgument, "encoder-s-0");
}

}  // namespace
}  // namespace stip
