// A rollout that is made longer step by step, as where frames go on missing.
#include <gtest/gtest.h>

#include "predict/engine/engine.h"
#include "predict/engine/engine_model.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "support/random_network.h"

namespace stip {
namespace {

using engine::Map;

class Rollout : public testing::TestWithParam<StateMode> {
 protected:
  static ModelConfig small() {
    ModelConfig config;
    config.norm = Norm::kChannel;
    config.output = Output::kResidual;
    config.levels = config.layers = 2;
    config.hidden = 8;
    config.clip = 3;
    config.context = 3;
    return config;
  }

  void push(int t) {
    const auto picture = test::scene(48, 32, t);
    fit_.take({picture.data(), 48, 32, 3 * 48, PixelOrder::kBgr}, stream_.next_frame());
    stream_.push();
  }

  // What horizons `first` to `last` look like.
  std::vector<std::vector<float>> predict(int last, int first = 1) {
    std::vector<std::vector<float>> all;
    engine::Stream::Take take;
    take.after = [&](int k, const Map& prediction) {
      if (k >= first) all.emplace_back(pixels(prediction));
    };
    stream_.predict(last, take, first);
    return all;
  }
  std::vector<float> pixels(const Map& prediction) const {
    std::vector<float> values;
    for (int y = 0; y < prediction.height(); ++y) {
      for (int x = 0; x < prediction.width(); ++x) values.push_back(prediction.at(y, x)[0]);
    }
    return values;
  }
  int steps() {
    const int made = engine_.times.core_steps;
    engine_.times = {};
    return made;
  }

  const ModelConfig config_ = small();
  ThreadPool pool_{2};
  const engine::NetworkWeights weights_ =
      engine::make_network_weights(config_, test::random_weights(config_), pool_);
  const FitGeometry geometry_ = fit_geometry(config_, 48, 32, Resize::kAuto);
  engine::Engine engine_{weights_, geometry_.network_height, geometry_.network_width, pool_};
  engine::PictureFit fit_{config_, geometry_, engine_.shape(), pool_};
  engine::Stream stream_{engine_, GetParam(), config_.context};
};

TEST_P(Rollout, GoesOnWhereItEnded) {
  for (int t = 0; t < 5; ++t) push(t);
  const auto whole = predict(6);
  steps();
  for (int from : {1, 2, 5}) {
    predict(from);
    steps();
    const auto rest = predict(6, from + 1);
    EXPECT_EQ(steps(), 6 - from) << "from " << from;
    EXPECT_EQ(rest, (std::vector(whole.begin() + from, whole.end()))) << "from " << from;
  }
  EXPECT_TRUE(predict(6, 7).empty());
  EXPECT_EQ(steps(), 0) << "nothing new is wanted";
}

TEST_P(Rollout, BeginsAnewAfterAnotherFrame) {
  for (int t = 0; t < 5; ++t) push(t);
  predict(3);
  push(5);
  const auto later = predict(4, 4);
  const auto whole = predict(4);
  EXPECT_EQ(later.back(), whole.back());
  stream_.push_missing();
  const auto missing = predict(4, 4);
  EXPECT_EQ(missing.back(), predict(4).back());
  stream_.reset();
  for (int t = 0; t < 3; ++t) push(t);
  const auto anew = predict(2, 2);
  EXPECT_EQ(anew.back(), predict(2).back());
}

// Streams that share a model may leave it different numbers of cores.
TEST(EnginePredictor, TakesNoMoreThreadsThanItIsGiven) {
  ModelConfig config;
  config.levels = config.layers = 1;
  config.hidden = 4;
  config.context = 1;
  config.state = StateMode::kRecurrent;
  const auto model = std::make_shared<const engine::EngineModel>(
      config, test::random_weights(config), "random", 3);
  PredictorOptions options;
  options.width = options.height = 32;
  const auto all = model->make_predictor(options);
  options.threads = 2;
  const auto fewer = model->make_predictor(options);
  const std::vector<std::uint8_t> picture(3 * 32 * 32);
  std::vector<std::uint8_t> next(picture);
  const MutableFrameView future{next.data(), 32, 32, 3 * 32, PixelOrder::kBgr};
  for (Predictor* predictor : {fewer.get(), all.get(), fewer.get()}) {
    predictor->push({picture.data(), 32, 32, 3 * 32, PixelOrder::kBgr});
    const int expected = predictor == all.get() ? 3 : 2;
    EXPECT_EQ(model->pool().in_use(), expected);
    model->pool().use(1);
    predictor->predict({future});
    EXPECT_EQ(model->pool().in_use(), expected);
  }
}

TEST(FitGeometry, HalvesWhereTheSizeIsFree) {
  ModelConfig config;
  config.norm = Norm::kChannel;
  const FitGeometry whole = fit_geometry(config, 640, 360, Resize::kAuto);
  const FitGeometry half = fit_geometry(config, 640, 360, Resize::kPad, true);
  EXPECT_EQ(half.network_width, 320);
  EXPECT_GE(half.network_height, 180);
  EXPECT_LT(half.network_height, 180 + config.multiple());
  EXPECT_FALSE(half.pads) << "it is scaled";
  EXPECT_LT(half.network_width * half.network_height,
            whole.network_width * whole.network_height / 3);
  config.norm = Norm::kLayer;
  config.width = config.height = 64;
  EXPECT_EQ(fit_geometry(config, 64, 64, Resize::kAuto, true).network_width, 64) << "tied to it";
}

INSTANTIATE_TEST_SUITE_P(States, Rollout,
                         testing::Values(StateMode::kWindow, StateMode::kRecurrent),
                         [](const auto& state) {
                           return state.param == StateMode::kWindow ? "Window" : "Recurrent";
                         });

}  // namespace
}  // namespace stip
