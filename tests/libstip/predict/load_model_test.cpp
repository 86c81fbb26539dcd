#include <gmock/gmock.h>

#include <cstdlib>

#include "base/cuda_driver.h"
#include "predict/engine/choose_precision.h"
#include "predict/engine/range_meter.h"
#include "predict/network_module.h"
#include "stip/predictor.h"
#include "support/expect_error.h"
#include "support/model_of_zeros.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using test::TemporaryFolder;

TEST(LoadModel, SaysWhatToDoWithoutAModel) {
  EXPECT_STIP_ERROR(load_model({"", "auto", 0}), ErrorCode::kNotFound, "model=copy-last");
}

TEST(LoadModel, LooksForNamesInTheModelPath) {
  const TemporaryFolder folder;
  setenv("STIP_MODEL_PATH", folder.path().c_str(), 1);
  EXPECT_STIP_ERROR(load_model({"nosuch", "auto", 0}), ErrorCode::kNotFound, folder.path());
  unsetenv("STIP_MODEL_PATH");
}

TEST(LoadModel, ChecksDeviceAndThreadsForEveryModel) {
  EXPECT_STIP_ERROR(load_model({"copy-last", "gpu", 0}), ErrorCode::kInvalidArgument,
                    "device 'gpu'");
  EXPECT_STIP_ERROR(load_model({"copy-last", "cpu", -1}), ErrorCode::kInvalidArgument, "threads");
}

TEST(LoadModel, ChecksThePrecision) {
  const TemporaryFolder folder;
  const std::string path = folder.file("m.safetensors");
  const ModelConfig config = test::zeros_config();
  test::write_zeros(path, parameter_table(config), model_metadata({config, "", ""}));
  EXPECT_STIP_ERROR(load_model({"copy-last", "cpu", 1, "int4"}), ErrorCode::kInvalidArgument,
                    "auto, fp32, bf16, fp16, int8");
  EXPECT_STIP_ERROR(load_model({path, "cpu", 1, "bf16"}), ErrorCode::kNoDevice, "AMX");
  EXPECT_STIP_ERROR(load_model({path, "cpu", 1, "fp16"}), ErrorCode::kNoDevice, "AVX512-FP16");
  EXPECT_STIP_ERROR(load_model({path, "cpu", 1, "int8"}), ErrorCode::kInvalidArgument,
                    "stip-train calibrate");
  EXPECT_EQ(load_model({path, "cpu", 1, "auto"})->info().precision, "fp32");
}

TEST(LoadModel, KeepsPrecisionsApart) {
  const TemporaryFolder folder;
  const std::string path = folder.file("m.safetensors");
  const ModelConfig config = test::zeros_config();
  ThreadPool pool(1);
  engine::RangeMeter meter(config, pool);
  const std::vector<float> zeros(16);
  for (int tensor = 0; tensor < meter.tensors().count(); ++tensor) {
    meter.see(tensor, zeros.data(), 1, 16, 0);
  }
  test::write_zeros(path, parameter_table(config),
                    model_metadata({config, "", with_activation_ranges("", meter.ranges())}));
  const auto single = load_model({path, "cpu", 1, "fp32"});
  const auto bytes = load_model({path, "cpu", 1, "int8"});
  EXPECT_EQ(single->info().precision, "fp32");
  EXPECT_EQ(bytes->info().precision, "int8");
  EXPECT_EQ(load_model({path, "cpu", 1, "int8"}), bytes);
  const bool pays = engine::int8_speed() >= engine::kWorthwhile;
  EXPECT_EQ(load_model({path, "cpu", 1, "auto"})->info().precision, pays ? "int8" : "fp32");
}

TEST(LoadModel, RefusesDamagedWeights) {
  const TemporaryFolder folder;
  const std::string path = folder.file("m.safetensors");
  const ModelConfig config = test::zeros_config();
  test::write_zeros(path, parameter_table(config), model_metadata({config, "", ""}));
  std::string bytes = test::read_bytes(path);
  bytes[bytes.size() - 100] ^= 1;
  test::write_bytes(path, bytes);
  EXPECT_STIP_ERROR(load_model({path, "cpu", 1}), ErrorCode::kCorrupt, "damaged");
}

TEST(LoadModel, NamesTheModuleThatIsMissing) {
  const TemporaryFolder folder;
  setenv("STIP_TORCH_MODULE", folder.file("none.so").c_str(), 1);
  setenv("STIP_CUDA_MODULE", folder.file("neither.so").c_str(), 1);
  EXPECT_STIP_ERROR(load_network({folder.file("m.safetensors"), "cuda", 0}),
                    ErrorCode::kMissingModule, "none.so");
  EXPECT_STIP_ERROR(load_network({folder.file("m.safetensors"), "cuda", 0}),
                    ErrorCode::kMissingModule, "neither.so");
  unsetenv("STIP_TORCH_MODULE");
  unsetenv("STIP_CUDA_MODULE");
}

TEST(LoadModel, RunsANetworkOnTheCpuWithoutTheModule) {
  const TemporaryFolder folder;
  setenv("STIP_TORCH_MODULE", folder.file("none.so").c_str(), 1);
  const ModelConfig config = test::zeros_config();
  test::write_zeros(folder.file("m.safetensors"), parameter_table(config),
                    model_metadata({config, "", ""}));
  const auto model = load_model({folder.file("m.safetensors"), "cpu", 1});
  const auto predictor = model->make_predictor({config.width, config.height, 1, {}, {}});
  test::Picture picture = test::Picture::random(config.width, config.height, 1);
  predictor->push(picture.view());
  predictor->predict({picture.mutable_view()});
  EXPECT_THAT(picture.pixels, testing::Each(0));  // no weights, no light
  unsetenv("STIP_TORCH_MODULE");
}

TEST(LoadModel, GivesARolloutUpBetweenTwoFrames) {
  const TemporaryFolder folder;
  const ModelConfig config = test::zeros_config();
  test::write_zeros(folder.file("m.safetensors"), parameter_table(config),
                    model_metadata({config, "", ""}));
  const auto model = load_model({folder.file("m.safetensors"), "cpu", 1});
  int asked = 0, most = 3;
  PredictorOptions options;
  options.width = config.width;
  options.height = config.height;
  options.context = 1;
  options.given_up = [&] { return ++asked > most; };
  const auto predictor = model->make_predictor(options);
  predictor->push(test::Picture::random(config.width, config.height, 1).view());
  std::vector<test::Picture> pictures(8, test::Picture(config.width, config.height));
  std::vector<MutableFrameView> futures;
  for (auto& picture : pictures) futures.push_back(picture.mutable_view());
  EXPECT_STIP_ERROR(predictor->predict(futures), ErrorCode::kInterrupted, "given up");
  EXPECT_EQ(asked, 4);
  most = 1000;
  for (auto& picture : pictures) picture.pixels.assign(picture.pixels.size(), 77);
  predictor->predict(futures);
  EXPECT_THAT(pictures.back().pixels, testing::Each(0));
}

// Through the module, as an application comes to it.
TEST(LoadModel, RunsANetworkOnAGpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no usable CUDA device: not run";
  const TemporaryFolder folder;
  const ModelConfig config = test::zeros_config();
  test::write_zeros(folder.file("m.safetensors"), parameter_table(config),
                    model_metadata({config, "", ""}));
  std::shared_ptr<const Model> model;
  try {
    model = load_model({folder.file("m.safetensors"), "cuda:0", 1});
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kMissingModule) GTEST_SKIP() << error.what();
    throw;
  }
  const auto predictor = model->make_predictor({config.width, config.height, 1, {}, {}});
  test::Picture picture = test::Picture::random(config.width, config.height, 1);
  predictor->push(picture.view());
  predictor->predict({picture.mutable_view()});
  EXPECT_THAT(picture.pixels, testing::Each(0));
  EXPECT_STIP_ERROR(load_model({folder.file("m.safetensors"), "cuda:100", 1}), ErrorCode::kNoDevice,
                    "cuda:100");
}

// In a process of its own: once the module is open it stays open.
TEST(LoadModelDeathTest, NamesTheFlowModuleThatIsMissing) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto load = [] {
    setenv("STIP_FLOW_MODULE", "/nowhere/none.so", 1);
    EXPECT_STIP_ERROR(load_model({"blend", "cpu", 0}), ErrorCode::kMissingModule,
                      "libopencv-video-dev");
    EXPECT_STIP_ERROR(load_model({"flow", "cpu", 0}), ErrorCode::kMissingModule, "none.so");
    std::exit(testing::Test::HasFailure() ? 1 : 0);
  };
  EXPECT_EXIT(load(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace stip
