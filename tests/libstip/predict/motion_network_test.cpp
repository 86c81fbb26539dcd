// Networks of `output: motion`: training's predictions and the engine's agree; training moves on.
#include <cmath>
#include <set>

#include "io/model_weights.h"
#include "metrics/psnr.h"
#include "metrics/sharpness.h"
#include "model/predict_motion.h"
#include "objective/losses.h"
#include "ops/patching.h"
#include "predict/engine/engine_model.h"
#include "stip/quality.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/random_network.h"
#include "support/small_networks.h"
#include "support/temporary_folder.h"
#include "train/trainer.h"

namespace stip {
namespace {

ModelConfig motion_config() {
  ModelConfig config;
  config.height = 64;
  config.width = 80;
  config.patch = 4;
  config.levels = 2;
  config.layers = 2;
  config.hidden = 8;
  config.kernel = 5;
  config.clip = 1;
  config.recall = 1;
  config.norm = Norm::kChannel;
  config.output = Output::kMotion;
  config.context = 4;
  return config;
}

// [1, T, H, W, 3]
torch::Tensor clip(const ModelConfig& config, const std::vector<int>& times) {
  std::vector<torch::Tensor> pictures;
  for (const int t : times) {
    const auto bytes = test::scene(config.width, config.height, t);
    pictures.push_back(torch::tensor(at::ArrayRef<uint8_t>(bytes), torch::kUInt8)
                           .view({config.height, config.width, 3}));
  }
  return torch::stack(pictures).unsqueeze(0);
}

PredictorOptions of_size(int width, int height) {
  PredictorOptions options;
  options.width = width;
  options.height = height;
  return options;
}

Generator restless_generator(const ModelConfig& config) {
  torch::manual_seed(3);
  Generator generator(config);
  generator->eval();
  return generator;
}

torch::Tensor clip(const ModelConfig& config, int frames) {
  std::vector<int> times;
  for (int t = 0; t < frames; ++t) times.push_back(t);
  return clip(config, times);
}

void expect_engine_equals_training(const ModelConfig& config, const std::vector<int>& times) {
  Generator generator = restless_generator(config);
  const int given_frames = config.context;
  const auto pictures = clip(config, times);
  const auto frames = to_patches(pictures.to(torch::kFloat32) / 255, config.patch);
  torch::Tensor expected;
  {
    const torch::NoGradGuard no_grad;
    expected = from_patches(predict_motion(generator, frames, given_frames), config.patch) * 255;
  }
  const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                           "a network in memory", 2);
  const auto predictor = model->make_predictor(of_size(config.width, config.height));
  for (int t = 0; t < given_frames; ++t) {
    const auto frame = pictures[0][t].contiguous();
    predictor->push({frame.data_ptr<uint8_t>(), config.width, config.height,
                     std::ptrdiff_t{3} * config.width, PixelOrder::kBgr});
  }
  std::vector<test::Picture> futures(3, test::Picture(config.width, config.height));
  std::vector<MutableFrameView> views;
  for (test::Picture& future : futures) views.push_back(future.mutable_view());
  predictor->predict(views);
  const auto last = pictures[0][given_frames - 1].to(torch::kFloat32);
  for (int64_t k = 0; k < 3; ++k) {
    const auto given = torch::tensor(at::ArrayRef<uint8_t>(futures[size_t(k)].pixels))
                           .view({config.height, config.width, 3})
                           .to(torch::kFloat32);
    const auto wanted = expected[0][k].clamp(0, 255);
    EXPECT_LE((given - wanted).abs().max().item<double>(), 0.51) << "rounded, horizon " << k + 1;
    if (times[size_t(given_frames + k)] == times[size_t(given_frames - 1)]) continue;
    EXPECT_GT((given - last).abs().mean().item<double>(), 1) << "it does something";
  }
}

TEST(MotionNetwork, EngineEqualsTraining) {
  expect_engine_equals_training(motion_config(), {0, 1, 2, 3, 4, 5, 6});
}

TEST(MotionNetwork, SoDoesItWithRepeats) {
  expect_engine_equals_training(motion_config(), {0, 1, 1, 2, 3, 4, 5});
  expect_engine_equals_training(motion_config(), {0, 0, 1, 1, 2, 2, 3});  // too few to ask about
}

TEST(MotionNetwork, SoDoesItWhereRepeatsComeInARhythm) {
  ModelConfig config = motion_config();
  config.context = 8;
  expect_engine_equals_training(config, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5});
  config.context = 9;
  expect_engine_equals_training(config, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
}

// Two clips, one of them with repeats in a rhythm: their horizons show other steps.
TEST(MotionNetwork, TrainingPredictsTheHorizonsItIsAskedFor) {
  ModelConfig config = motion_config();
  config.context = 9;
  Generator generator = restless_generator(config);
  const auto pictures = torch::cat({clip(config, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6}),
                                    clip(config, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})});
  const auto frames = to_patches(pictures.to(torch::kFloat32) / 255, config.patch);
  const torch::NoGradGuard no_grad;
  const auto all = predict_motion(generator, frames, config.context);
  const auto some =
      predict_motion(generator, frames, config.context, torch::tensor({{3, 1}, {2, 4}}));
  ASSERT_EQ(all.size(1), 4);
  ASSERT_EQ(some.size(1), 2);
  const auto equal = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>() < 1e-5;
  };
  EXPECT_TRUE(equal(some[0][0], all[0][2]));
  EXPECT_TRUE(equal(some[0][1], all[0][0]));
  EXPECT_TRUE(equal(some[1][0], all[1][1]));
  EXPECT_TRUE(equal(some[1][1], all[1][3]));
  EXPECT_FALSE(equal(all[1][1], all[1][3]));
  EXPECT_TRUE(equal(all[0][0], frames[0][8])) << "the next repeat";
}

TEST(MotionNetwork, TheNextRepeatIsPredictedAsOne) {
  const ModelConfig config = motion_config();
  Generator generator = restless_generator(config);
  const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                           "a network in memory", 2);
  const auto predictor = model->make_predictor(of_size(64, 48));
  std::vector<std::uint8_t> newest;
  for (int t = 0; t < 13; ++t) {  // the last is new
    newest = test::scene(64, 48, t / 2);
    predictor->push({newest.data(), 64, 48, std::ptrdiff_t{3} * 64, PixelOrder::kBgr});
  }
  std::vector<test::Picture> futures(3, test::Picture(64, 48));
  predictor->predict(
      {futures[0].mutable_view(), futures[1].mutable_view(), futures[2].mutable_view()});
  EXPECT_EQ(futures[0].pixels, newest);
  EXPECT_NE(futures[1].pixels, newest);
  EXPECT_EQ(futures[2].pixels, futures[1].pixels);
}

TEST(MotionNetwork, AHorizonIsTheSameWhateverElseIsWanted) {
  const ModelConfig config = motion_config();
  Generator generator = restless_generator(config);
  const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                           "a network in memory", 2);
  for (const int context : {1, 2, 4}) {  // copies; follows the flow; asks the network
    PredictorOptions options = of_size(61, 47);
    options.context = context;
    const auto predictor = model->make_predictor(options);
    for (int t = 0; t < context; ++t) {
      const auto bytes = test::scene(61, 47, t);
      predictor->push({bytes.data(), 61, 47, std::ptrdiff_t{3} * 61, PixelOrder::kBgr});
    }
    const auto predicted = [&](const std::vector<int>& horizons) {
      std::vector<test::Picture> futures;
      std::vector<MutableFrameView> views(static_cast<std::size_t>(horizons.back()));
      for (std::size_t i = 0; i < horizons.size(); ++i) futures.emplace_back(61, 47);
      for (std::size_t i = 0; i < horizons.size(); ++i) {
        views[static_cast<std::size_t>(horizons[i] - 1)] = futures[i].mutable_view();
      }
      predictor->predict(views);
      return futures;
    };
    const auto last = predicted({2, 5});
    const auto longer = predicted({6});
    const auto earlier = predicted({1, 2, 4});
    const auto again = predicted({1, 2, 3, 4, 5, 6});
    EXPECT_EQ(last[0].pixels, again[1].pixels) << context;
    EXPECT_EQ(last[1].pixels, again[4].pixels) << context;
    EXPECT_EQ(longer[0].pixels, again[5].pixels) << context;
    EXPECT_EQ(earlier[0].pixels, again[0].pixels) << context;
    EXPECT_EQ(earlier[1].pixels, again[1].pixels) << context;
    EXPECT_EQ(earlier[2].pixels, again[3].pixels) << context;
    EXPECT_EQ(again[3].pixels != again[4].pixels, context > 1);
  }
}

// The same network: training counts what it mixes, the engine shows it sharpened.
TEST(MotionNetwork, ShowsItsPredictionsSharpened) {
  ModelConfig config = motion_config();
  Generator generator = restless_generator(config);
  const auto pictures = clip(config, 4);
  const auto predict = [&](double sharpen, const std::vector<int64_t>& times) {
    config.sharpen = sharpen;
    const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                             "a network in memory", 1);
    const auto predictor = model->make_predictor(of_size(config.width, config.height));
    for (const int64_t t : times) {
      const auto frame = pictures[0][t].contiguous();
      predictor->push({frame.data_ptr<uint8_t>(), config.width, config.height,
                       std::ptrdiff_t{3} * config.width, PixelOrder::kBgr});
    }
    test::Picture future(config.width, config.height);
    predictor->predict({future.mutable_view()});
    return future;
  };
  const auto plain = predict(0, {0, 1, 2, 3}), sharp = predict(0.5, {0, 1, 2, 3});
  EXPECT_GT(laplacian_energy(sharp.view()), 1.2 * laplacian_energy(plain.view()));
  EXPECT_GT(psnr(squared_error(sharp.view(), plain.view())), 30) << "detail alone has changed";
  EXPECT_EQ(predict(0.5, {1, 1, 1, 1}).pixels, predict(0, {1, 1, 1, 1}).pixels) << "frozen";
}

// Of the frame before nothing is kept that predictions are made of.
TEST(MotionNetwork, PredictsAnewAfterEachFrame) {
  const ModelConfig config = motion_config();
  Generator generator = restless_generator(config);
  const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                           "a network in memory", 2);
  const auto push = [](Predictor& predictor, int t) {
    const auto bytes = test::scene(64, 48, t);
    predictor.push({bytes.data(), 64, 48, std::ptrdiff_t{3} * 64, PixelOrder::kBgr});
  };
  const auto predicted = [](Predictor& predictor) {
    test::Picture future(64, 48);
    predictor.predict({{}, {}, future.mutable_view()});
    return future.pixels;
  };
  const auto running = model->make_predictor(of_size(64, 48));
  for (int t = 0; t < 7; ++t) {
    push(*running, t);
    if (t < 3) continue;
    const auto fresh = model->make_predictor(of_size(64, 48));
    for (int i = t - 3; i <= t; ++i) push(*fresh, i);
    EXPECT_EQ(predicted(*running), predicted(*fresh)) << t;
  }
}

TEST(MotionNetwork, TakesPicturesOfAnySize) {
  ModelConfig config = motion_config();
  config.sharpen = 0.5;
  Generator generator = restless_generator(config);
  const auto model = std::make_shared<engine::EngineModel>(config, named_weights(generator),
                                                           "a network in memory", 2);
  for (const auto& [width, height] : {std::pair(1, 1), {33, 17}, {131, 67}}) {
    const auto predictor = model->make_predictor(of_size(width, height));
    for (unsigned t = 0; t < 4; ++t) {
      EXPECT_FALSE(predictor->ready());
      predictor->push(test::Picture::random(width, height, t).view());
    }
    test::Picture out(width, height);
    predictor->predict({{}, out.mutable_view()});
    predictor->push_missing();
    predictor->predict({out.mutable_view()});
    predictor->reset();
    EXPECT_FALSE(predictor->ready());
  }
}

TrainerOptions training_options() {
  TrainerOptions options;
  options.model = motion_config();
  options.step.weights = {0, 0};
  options.step.frame_loss = FrameLoss::kDecibels;
  options.step.context = 4;
  options.step.first = 3;
  options.step.generator_rate = 3e-3;
  options.rate.kind = RateSchedule::Kind::kConstant;
  options.sampling.stop = 0;
  options.threads = 1;
  return options;
}

PictureBatch batch_of(const torch::Tensor& pictures) {
  PictureBatch batch;
  for (int64_t b = 0; b < pictures.size(0); ++b) {
    batch.samples.push_back(pictures[b].data_ptr<uint8_t>());
  }
  batch.frames = static_cast<int>(pictures.size(1));
  batch.height = static_cast<int>(pictures.size(2));
  batch.width = static_cast<int>(pictures.size(3));
  return batch;
}

TEST(MotionNetwork, StartsAsTheClosedFormAndGetsBetterByTraining) {
  const TrainerOptions options = training_options();
  Trainer trainer(options);
  const auto pictures = clip(options.model, 7).contiguous();
  const PictureBatch batch = batch_of(pictures);
  Generator silent(options.model);
  silent->start_silent();
  const auto frames = to_patches(pictures.to(torch::kFloat32) / 255, options.model.patch);
  const auto closed_form = predict_motion(silent, frames, 4);
  const double start = trainer.run(batch).losses.objective;
  EXPECT_NEAR(start, decibel_loss(closed_form, frames.slice(1, 4)).item<double>(), 1e-4);
  double end = start;
  for (int i = 0; i < 25; ++i) end = trainer.run(batch).losses.objective;
  EXPECT_LT(end, start - 0.05) << "natural logarithm: 0.2 dB";
}

// One drawn horizon: its loss is that of one of the three.
TEST(MotionNetwork, TrainsOnHorizonsDrawnAtRandom) {
  TrainerOptions options = training_options();
  const auto one_clip = clip(options.model, 7);
  const auto pictures = torch::cat({one_clip, one_clip.flip({1}), one_clip.flip({3})}).contiguous();
  const auto frames = to_patches(pictures.to(torch::kFloat32) / 255, options.model.patch);
  Generator silent(options.model);
  silent->start_silent();
  const auto truth = frames.slice(1, 4);
  const auto closed_form = predict_motion(silent, frames, 4);
  const auto run = [&](int64_t horizons, int accumulate, int iterations) {
    options.step.horizons = horizons;
    options.accumulate = accumulate;
    options.step.generator_rate = 0;  // the network stays silent
    Trainer trainer(options);
    std::vector<double> losses;
    for (int i = 0; i < iterations; ++i) {
      losses.push_back(trainer.run(batch_of(pictures)).losses.objective);
    }
    return losses;
  };
  const auto loss_of = [&](const std::vector<int64_t>& horizons) {
    double sum = 0;
    for (int64_t b = 0; b < 3; ++b) {
      const int64_t k = horizons[static_cast<size_t>(b)];
      sum += decibel_loss(closed_form[b][k].view({1, 1, 48, 16, 20}),
                          truth[b][k].view({1, 1, 48, 16, 20}))
                 .item<double>();
    }
    return sum / 3;
  };
  std::set<int> seen;
  const auto drawn = run(1, 1, 12);
  for (const double loss : drawn) {
    for (int i = 0; i < 27; ++i) {
      if (std::abs(loss - loss_of({i % 3, i / 3 % 3, i / 9})) < 1e-4) seen.insert(i);
    }
  }
  EXPECT_GE(seen.size(), 6u) << "of 27, in 12 iterations";
  EXPECT_EQ(run(1, 1, 12), drawn) << "a function of seed and iteration";
  const auto in_parts = run(1, 3, 12);
  for (size_t i = 0; i < drawn.size(); ++i) EXPECT_NEAR(in_parts[i], drawn[i], 1e-5) << i;
  EXPECT_EQ(run(0, 1, 1), run(3, 1, 1)) << "all";
}

// How sharp a prediction is shown is not a matter of weights.
TEST(MotionNetwork, FineTunesOneThatIsShownLessSharp) {
  const test::TemporaryFolder folder;
  TrainerOptions options = training_options();
  test::save_random_model(folder.file("m"), options.model, 7);
  options.model.sharpen = 0.2;
  Trainer trainer(options);
  EXPECT_NO_THROW(trainer.start_from(folder.file("m")));
}

TEST(MotionNetwork, RefusesWhatItCannotBe) {
  const auto refused = [](auto change, const char* what) {
    ModelConfig config = motion_config();
    change(config);
    EXPECT_STIP_ERROR(config.validate(), ErrorCode::kInvalidArgument, what);
  };
  refused([](ModelConfig& c) { c.patch = 2; }, "model.patch is 2");
  refused([](ModelConfig& c) { c.clip = 2; }, "model.clip is 2");
  refused([](ModelConfig& c) { c.norm = Norm::kLayer; }, "model.norm is layer");
  refused([](ModelConfig& c) { c.state = StateMode::kRecurrent; }, "model.state is recurrent");
  refused([](ModelConfig& c) { c.context = 2; }, "model.context is 2");
}

}  // namespace
}  // namespace stip
