#include "predict/network_model.h"

#include <filesystem>

#include "base/torch_device.h"
#include "model/unroll.h"
#include "ops/patching.h"
#include "predict/forecast.h"
#include "predict/frame_fit.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/small_networks.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::Picture;
using test::save_random_model;
using test::small_channel_config;
using test::small_config;
using test::TemporaryFolder;
using test::write_bytes;

class NetworkModelTest : public testing::Test {
 protected:
  std::shared_ptr<const Model> model(const ModelConfig& config) {
    save_random_model(path_, config);
    return load_model({path_, "cpu", 1});  // through the module, as the element does
  }
  static std::unique_ptr<Predictor> predictor(const Model& model, int width, int height,
                                              std::optional<StateMode> state = {}) {
    PredictorOptions options;
    options.width = width;
    options.height = height;
    options.state = state;
    return model.make_predictor(options);
  }
  static std::vector<Picture> predict(Predictor& predictor, int width, int height, int horizon) {
    std::vector<Picture> pictures(static_cast<size_t>(horizon), Picture(width, height));
    std::vector<MutableFrameView> views;
    for (auto& picture : pictures) views.push_back(picture.mutable_view());
    predictor.predict(views);
    return pictures;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("model.safetensors");
};

// The definition: unroll() over the context, predictions fed back, clamped and rounded at the end.
TEST_F(NetworkModelTest, PredictsWhatTheReadableNetworkPredicts) {
  const ModelConfig config = small_config();
  const auto p = predictor(*model(config), config.width, config.height);
  std::vector<torch::Tensor> frames;
  for (unsigned i = 0; i < 5; ++i) {
    Picture picture = Picture::random(config.width, config.height, i);
    p->push(picture.view());
    frames.push_back(
        torch::from_blob(picture.pixels.data(), {config.height, config.width, 3}, torch::kUInt8)
            .clone());
  }
  const torch::NoGradGuard no_grad;
  auto generator = test::random_generator(config);
  const auto window = torch::stack({frames[2], frames[3], frames[4]}).to(torch::kFloat32) / 255;
  const auto padding = torch::zeros({4, config.height, config.width, 3});
  const auto clip = to_patches(torch::cat({window, padding}), config.patch).unsqueeze(0);
  const auto expected =
      from_patches(unroll(generator, clip, 3).squeeze(0).slice(0, 2), config.patch);
  const auto rounded = (expected.clamp(0, 1) * 255).round().to(torch::kUInt8);
  const auto found = predict(*p, config.width, config.height, 4);
  for (int k = 0; k < 4; ++k) {
    const auto picture =
        torch::from_blob(const_cast<std::uint8_t*>(found[static_cast<size_t>(k)].pixels.data()),
                         {config.height, config.width, 3}, torch::kUInt8);
    const auto difference =
        (picture.to(torch::kInt32) - rounded[k].to(torch::kInt32)).abs().max().item<int>();
    EXPECT_LE(difference, 1) << "horizon " << k + 1;  // a half may round either way
  }
}

TEST_F(NetworkModelTest, PredictsTheSameTwiceAndAfterReset) {
  const auto p = predictor(*model(small_channel_config()), 33, 17);
  const auto run = [&] {
    for (unsigned i = 0; i < 4; ++i) p->push(Picture::random(33, 17, i).view());
    return predict(*p, 33, 17, 2);
  };
  const auto first = run();
  EXPECT_EQ(predict(*p, 33, 17, 2)[1].pixels, first[1].pixels);  // predicting changes nothing
  p->reset();
  EXPECT_FALSE(p->ready());
  EXPECT_EQ(run()[1].pixels, first[1].pixels);
}

TEST_F(NetworkModelTest, RunsAtAnySize) {
  const auto m = model(small_channel_config());
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {33, 17}, {48, 32}, {7, 53}}) {
    const auto p = predictor(*m, width, height);
    for (unsigned i = 0; i < 3; ++i) p->push(Picture::random(width, height, i).view());
    EXPECT_EQ(predict(*p, width, height, 2).size(), 2u);
  }
}

TEST_F(NetworkModelTest, ScalesOtherSizesForANetworkTiedToOne) {
  const auto m = model(small_config());
  EXPECT_EQ(m->info().width, 48);
  const auto p = predictor(*m, 100, 70);
  for (unsigned i = 0; i < 3; ++i) p->push(Picture::random(100, 70, i).view());
  EXPECT_EQ(predict(*p, 100, 70, 1)[0].pixels.size(), 100u * 70 * 3);
  PredictorOptions options{100, 70, 0, {}, Resize::kPad};
  EXPECT_STIP_ERROR(m->make_predictor(options), ErrorCode::kInvalidArgument, "cannot be padded");
}

TEST_F(NetworkModelTest, WindowAndRecurrentUseAgreeOnTheFirstContext) {
  const auto m = model(small_config());
  const auto window = predictor(*m, 48, 32, StateMode::kWindow);
  const auto recurrent = predictor(*m, 48, 32, StateMode::kRecurrent);
  for (unsigned i = 0; i < 3; ++i) {
    window->push(Picture::random(48, 32, i).view());
    recurrent->push(Picture::random(48, 32, i).view());
  }
  EXPECT_EQ(predict(*window, 48, 32, 3)[2].pixels, predict(*recurrent, 48, 32, 3)[2].pixels);
  window->push(Picture::random(48, 32, 9).view());
  recurrent->push(Picture::random(48, 32, 9).view());
  EXPECT_NE(predict(*window, 48, 32, 1)[0].pixels, predict(*recurrent, 48, 32, 1)[0].pixels);
}

// Recurrent: the rollout goes on where it would have gone anyway.
TEST_F(NetworkModelTest, FillsAMissingFrameWithItsPrediction) {
  const auto m = model(small_config());
  const auto p = predictor(*m, 48, 32, StateMode::kRecurrent);
  EXPECT_STIP_ERROR(p->push_missing(), ErrorCode::kInvalidArgument, "push_missing");
  for (unsigned i = 0; i < 3; ++i) p->push(Picture::random(48, 32, i).view());
  const auto before = predict(*p, 48, 32, 3);
  p->push_missing();
  const auto after = predict(*p, 48, 32, 2);
  EXPECT_EQ(after[0].pixels, before[1].pixels);
  EXPECT_EQ(after[1].pixels, before[2].pixels);
  const auto window = predictor(*m, 48, 32, StateMode::kWindow);
  for (unsigned i = 0; i < 3; ++i) window->push(Picture::random(48, 32, i).view());
  const auto whole = predict(*window, 48, 32, 1);
  window->push_missing();
  EXPECT_NE(predict(*window, 48, 32, 1)[0].pixels, whole[0].pixels);
}

TEST_F(NetworkModelTest, FollowsTheColourOrderOfFrameAndModel) {
  ModelConfig config = small_channel_config();
  const auto bgr_model = model(config);
  const auto p = predictor(*bgr_model, 16, 16), q = predictor(*bgr_model, 16, 16);
  for (unsigned i = 0; i < 3; ++i) {
    const Picture picture = Picture::random(16, 16, i);
    Picture swapped = picture;
    for (size_t at = 0; at < swapped.pixels.size(); at += 3)
      std::swap(swapped.pixels[at], swapped.pixels[at + 2]);
    p->push(picture.view());
    FrameView rgb = swapped.view();
    rgb.order = PixelOrder::kRgb;
    q->push(rgb);
  }
  EXPECT_EQ(predict(*p, 16, 16, 1)[0].pixels, predict(*q, 16, 16, 1)[0].pixels);
  config.colour = PixelOrder::kRgb;  // the same weights, meant for the other order
  const std::string other = folder_.file("rgb.safetensors");
  save_random_model(other, config);
  const auto r = predictor(*load_model({other, "cpu", 1}), 16, 16);
  for (unsigned i = 0; i < 3; ++i) r->push(Picture::random(16, 16, i).view());
  EXPECT_NE(predict(*p, 16, 16, 1)[0].pixels, predict(*r, 16, 16, 1)[0].pixels);
}

TEST_F(NetworkModelTest, SharesWeightsBetweenLoads) {
  const auto a = model(small_channel_config());
  EXPECT_EQ(load_model({path_, "cpu", 1}).get(), a.get());
  std::filesystem::last_write_time(path_,
                                   std::filesystem::last_write_time(path_) + std::chrono::hours(1));
  EXPECT_NE(load_model({path_, "cpu", 1}).get(), a.get());  // written anew: another model
}

TEST_F(NetworkModelTest, ReportsBadFilesThroughTheModule) {
  EXPECT_STIP_ERROR(load_model({folder_.file("none.x"), "cpu", 0}), ErrorCode::kNotFound, "none.x");
  EXPECT_STIP_ERROR(load_model({folder_.path(), "cpu", 0}), ErrorCode::kUnreadable, "not a file");
  write_bytes(path_, "");
  EXPECT_STIP_ERROR(load_model({path_, "cpu", 0}), ErrorCode::kCorrupt, "empty");
  write_bytes(path_, "not a model at all, just text");
  EXPECT_STIP_ERROR(load_model({path_, "cpu", 0}), ErrorCode::kWrongKind, "not a safetensors");
  save_random_model(path_, small_config());
  const std::string whole = test::read_bytes(path_);
  write_bytes(path_, whole.substr(0, whole.size() - 1));
  EXPECT_STIP_ERROR(load_model({path_, "cpu", 0}), ErrorCode::kCorrupt, "beyond the file");
}

TEST_F(NetworkModelTest, SaysWhatIsMissingForCuda) {
  save_random_model(path_, small_config());
  if (resolve_device({}).is_cuda()) GTEST_SKIP() << "there is a GPU";
  EXPECT_STIP_ERROR(load_model({path_, "cuda:0", 0}), ErrorCode::kNoDevice,
                    "use device=cpu or auto");
  EXPECT_NO_THROW(load_model({path_, "auto", 0}));
}

TEST(FrameFit, PadsByReplicationAndCropsBack) {
  const FrameFit fit(small_channel_config(), 5, 3, Resize::kAuto);
  EXPECT_EQ(fit.network_width(), 8);
  EXPECT_EQ(fit.network_height(), 8);
  const Picture picture = Picture::random(5, 3, 1);
  const auto network = from_patches(fit.to_network(picture.view()), 2)[0];
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const auto at = static_cast<size_t>((std::min(y, 2) * 5 + std::min(x, 4)) * 3);
      EXPECT_NEAR(network[y][x][0].item<float>() * 255, picture.pixels[at], 1e-3);
    }
  }
  Picture back(5, 3);
  fit.from_network(fit.to_network(picture.view()), back.mutable_view());
  EXPECT_EQ(back.pixels, picture.pixels);
}

TEST(FrameFit, ScalingKeepsAFlatPicture) {
  ModelConfig config = small_config();
  const FrameFit fit(config, 100, 90, Resize::kAuto);
  EXPECT_FALSE(fit.pads());
  Picture flat(100, 90);
  for (auto& value : flat.pixels) value = 77;
  Picture back(100, 90);
  fit.from_network(fit.to_network(flat.view()), back.mutable_view());
  EXPECT_EQ(back.pixels, flat.pixels);
}

TEST(ForecastTest, WritesRawPredictionsInRgb) {
  const TemporaryFolder folder;
  save_random_model(folder.file("m"), small_channel_config());
  std::vector<Picture> frames;
  for (unsigned i = 0; i < 3; ++i) frames.push_back(Picture::random(10, 6, i));
  RawForecast forecast;
  std::vector<std::uint8_t> rgb;
  make_forecast(folder.file("m"), {frames[0].view(), frames[1].view(), frames[2].view()}, 70,
                Resize::kAuto, 1, "fp32",  // beyond the element's horizon
                [&](const ForecastFrame& frame) {
                  forecast.add(frame);
                  if (frame.number == 0) rgb = frame.picture();
                });
  forecast.write(folder.file("raw"));
  SafetensorsReader raw(folder.file("raw"));
  EXPECT_EQ(raw.tensors().at("predictions").shape, (std::vector<std::int64_t>{70, 6, 10, 3}));
  const auto m = load_model({folder.file("m"), "cpu", 1});
  const auto p = m->make_predictor({10, 6, 0, {}, Resize::kAuto});
  for (const Picture& frame : frames) p->push(frame.view());
  Picture bgr(10, 6);
  p->predict({bgr.mutable_view()});
  ASSERT_EQ(rgb.size(), bgr.pixels.size());
  for (size_t at = 0; at < rgb.size(); at += 3) {
    EXPECT_EQ(rgb[at], bgr.pixels[at + 2]);
    EXPECT_EQ(rgb[at + 2], bgr.pixels[at]);
  }
}

}  // namespace
}  // namespace stip
