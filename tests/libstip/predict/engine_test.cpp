#include "predict/engine/engine.h"

#include <gtest/gtest.h>

#include "io/model_weights.h"
#include "model/generator.h"
#include "ops/patching.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "predict/frame_fit.h"
#include "predict/stream_rollout.h"
#include "support/pictures.h"
#include "support/small_networks.h"

namespace stip {
namespace {

using test::Picture;

// [fc, grid], as the readable network has it.
torch::Tensor to_tensor(const engine::Map& map, int64_t channels) {
  return torch::from_blob(const_cast<float*>(map.at(0, 0)), {map.height(), map.width(), channels},
                          {map.row_step(), map.channels(), 1})
      .permute({2, 0, 1});
}

struct Case {
  const char* name;
  ModelConfig config;
  StateMode state;
  int width;  // of the pictures; the network's own size for norm: layer
  int height;
  int threads = 2;
};

ModelConfig with(ModelConfig config, const std::function<void(ModelConfig&)>& change) {
  change(config);
  config.height = config.multiple() * 2;  // says nothing where the norm is by channel
  config.width = config.multiple() * 3;
  return config;
}

class EngineTest : public testing::TestWithParam<Case> {};

// The readable network and the engine see the same frames; nine steps of a rollout, in floats.
TEST_P(EngineTest, EqualsTheReadableNetworkOverANineStepRollout) {
  const Case& c = GetParam();
  const torch::NoGradGuard no_grad;
  auto generator = test::random_generator(c.config);
  const FrameFit fit(c.config, c.width, c.height, Resize::kAuto);
  StreamRollout readable(generator, c.state, c.config.context);
  ThreadPool pool(c.threads);
  const auto weights = engine::make_network_weights(c.config, named_weights(generator), pool);
  const auto geometry = fit_geometry(c.config, c.width, c.height, Resize::kAuto);
  engine::Engine engine(weights, geometry.network_height, geometry.network_width, pool);
  engine::PictureFit picture_fit(c.config, geometry, engine.shape(), pool);
  engine::Stream stream(engine, c.state, c.config.context);
  for (unsigned i = 0; i < static_cast<unsigned>(c.config.context) + 3; ++i) {
    const Picture picture = Picture::random(c.width, c.height, i);
    readable.push(fit.to_network(picture.view()));
    picture_fit.take(picture.view(), stream.next_frame());
    stream.push();
    if (i + 3 == static_cast<unsigned>(c.config.context) + 3)
      stream.predict(2, {});  // changes nothing
  }
  std::vector<torch::Tensor> expected;
  readable.predict(9, [&](int, const torch::Tensor& p) { expected.push_back(p[0].clone()); });
  engine::Stream::Take take;
  take.after = [&](int k, const engine::Map& prediction) {
    const auto& truth = expected[static_cast<size_t>(k - 1)];
    const auto found = to_tensor(prediction, truth.size(0));
    const auto difference = (found - truth).abs().max().item<double>();
    const auto largest = truth.abs().max().item<double>();
    EXPECT_LE(difference, 1e-4 * largest) << "horizon " << k << ", largest " << largest;
  };
  stream.predict(9, take);
}

ModelConfig tiles_config() {
  return with(test::small_channel_config(), [](ModelConfig& c) {
    c.kernel = 5;
    c.layers = 3;
  });
}

INSTANTIATE_TEST_SUITE_P(
    Configurations, EngineTest,
    testing::Values(
        Case{"layer_norm", test::small_config(), StateMode::kWindow, 48, 32},
        Case{"recurrent", test::small_config(), StateMode::kRecurrent, 48, 32},
        Case{"channel_norm", test::small_channel_config(), StateMode::kWindow, 48, 32},
        Case{"one_thread", test::small_channel_config(), StateMode::kWindow, 61, 35, 1},
        Case{"many_threads", tiles_config(), StateMode::kWindow, 61, 35, 5},
        Case{"tiles", tiles_config(), StateMode::kWindow, 96, 64},
        Case{"tiles_odd_size", tiles_config(), StateMode::kRecurrent, 75, 101},
        Case{"tiles_one_pixel", tiles_config(), StateMode::kWindow, 1, 1},
        Case{"tiles_many_blocks", tiles_config(), StateMode::kWindow, 321, 243},
        Case{"tiles_layer_norm", with(test::small_config(), [](ModelConfig& c) { c.kernel = 5; }),
             StateMode::kWindow, 24, 16},
        Case{"kernel_7", with(test::small_config(), [](ModelConfig& c) { c.kernel = 7; }),
             StateMode::kWindow, 24, 16},
        Case{"kernel_1", with(test::small_config(), [](ModelConfig& c) { c.kernel = 1; }),
             StateMode::kWindow, 24, 16},
        Case{"padded_channels", with(tiles_config(), [](ModelConfig& c) { c.hidden = 20; }),
             StateMode::kWindow, 50, 40},
        Case{"patch_1", with(tiles_config(), [](ModelConfig& c) { c.patch = 1; }),
             StateMode::kWindow, 40, 36},
        Case{"patch_4_not_folded", with(tiles_config(), [](ModelConfig& c) { c.patch = 4; }),
             StateMode::kWindow, 100, 70},
        Case{"patch_8_frame",
             with(test::small_channel_config(),
                  [](ModelConfig& c) {
                    c.patch = 8;
                    c.output = Output::kFrame;
                  }),
             StateMode::kRecurrent, 130, 66},
        Case{"patch_3", with(tiles_config(), [](ModelConfig& c) { c.patch = 3; }),
             StateMode::kWindow, 80, 50},
        Case{"single_encoder",
             with(tiles_config(), [](ModelConfig& c) { c.encoder = EncoderKind::kSingle; }),
             StateMode::kWindow, 64, 48},
        Case{"one_level", with(tiles_config(), [](ModelConfig& c) { c.levels = 1; }),
             StateMode::kWindow, 34, 22},
        Case{"four_levels", with(tiles_config(), [](ModelConfig& c) { c.levels = 4; }),
             StateMode::kWindow, 96, 64},
        Case{"clip_1", with(tiles_config(), [](ModelConfig& c) { c.clip = 1; }), StateMode::kWindow,
             48, 32},
        Case{"clip_3", with(tiles_config(), [](ModelConfig& c) { c.clip = 3; }), StateMode::kWindow,
             48, 32},
        Case{"clip_3_recurrent", with(tiles_config(), [](ModelConfig& c) { c.clip = 3; }),
             StateMode::kRecurrent, 48, 32},
        Case{"context_1", with(tiles_config(), [](ModelConfig& c) { c.context = 1; }),
             StateMode::kWindow, 48, 32},
        Case{"no_recall", with(tiles_config(), [](ModelConfig& c) { c.recall = 0; }),
             StateMode::kWindow, 48, 32},
        Case{"scaled_down", test::small_config(), StateMode::kWindow, 100, 90},
        Case{"scaled_up", test::small_config(), StateMode::kWindow, 20, 9}),
    [](const auto& given) { return std::string(given.param.name); });

// The paper's three networks at their own sizes. From two frames, to save time: what is compared is
// the nine steps.
ModelConfig preset(int height, int width, int patch) {
  ModelConfig config;
  config.height = height;
  config.width = width;
  config.patch = patch;
  config.context = 2;
  return config;
}

INSTANTIATE_TEST_SUITE_P(
    Presets, EngineTest,
    testing::Values(Case{"ucfsport", preset(512, 512, 2), StateMode::kWindow, 512, 512},
                    Case{"human36m", preset(1024, 1024, 4), StateMode::kWindow, 1024, 1024},
                    Case{"sjtu4k", preset(2176, 3840, 8), StateMode::kWindow, 3840, 2160}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace stip
