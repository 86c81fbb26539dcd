#include "predict/cuda/cuda_model.h"

#include <gtest/gtest.h>

#include <thread>

#include "libstip/cuda/cuda_networks.h"
#include "libstip/cuda/device_test.h"
#include "predict/network_module.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/random_model_file.h"
#include "support/temporary_folder.h"

extern "C" std::shared_ptr<const stip::Model>* stip_cuda_load_model(
    const stip::ModelRequest& request, std::unique_ptr<stip::Error>* error) noexcept;

namespace stip {
namespace {

using cuda::load_shared_cuda_model;
using test::Picture;

void write_random(const std::string& path, const ModelConfig& config) {
  test::write_model(path, config, test::random_weights_and_norms(config));
}

class CudaModelTest : public test::DeviceTest {
 protected:
  CudaModelTest() { write_random(path_, test::any_size_config()); }

  std::vector<Picture> predict(const Model& model, unsigned frames) const {
    PredictorOptions options;
    options.width = 29;
    options.height = 21;
    const auto predictor = model.make_predictor(options);
    for (unsigned i = 0; i < frames; ++i) {
      const Picture picture = Picture::random(29, 21, i);
      // In a colour order of its own, with a stride.
      std::vector<std::uint8_t> wide(21 * 100);
      const MutableFrameView view{wide.data(), 29, 21, 100, PixelOrder::kRgb};
      for (int y = 0; y < 21; ++y) {
        for (int x = 0; x < 29; ++x) {
          for (int c = 0; c < 3; ++c) {
            view.data[y * 100 + x * 3 + 2 - c] =
                picture.pixels[static_cast<std::size_t>((y * 29 + x) * 3 + c)];
          }
        }
      }
      predictor->push(view);
    }
    std::vector<Picture> pictures(3, Picture(29, 21));
    std::vector<MutableFrameView> futures;
    for (Picture& picture : pictures) futures.push_back(picture.mutable_view());
    predictor->predict(futures);
    return pictures;
  }

  const test::TemporaryFolder folder_;
  const std::string path_ = folder_.file("m.safetensors");
};

TEST_F(CudaModelTest, PredictsWhatTheCpuDoes) {
  const auto cpu = predict(*load_model({path_, "cpu", 1, "fp32"}), 6);
  struct Kind {
    const char* precision;
    const char* name;
    int most;  // of 255
  };
  for (const Kind& kind : {Kind{"fp32", "fp32", 1}, Kind{"fp16", "fp16", 2},
                           Kind{"auto", "fp16", 2}, Kind{"bf16", "bf16", 8}}) {
    SCOPED_TRACE(kind.precision);
    const bool bf16 = std::string(kind.precision) == "bf16";
    if (bf16 && !test::has_bfloat16()) continue;
    const auto model = load_shared_cuda_model({path_, "cuda:0", 0, kind.precision});
    EXPECT_EQ(model->info().precision, kind.name);
    EXPECT_EQ(model->info().multiple, 8);
    const auto gpu = predict(*model, 6);
    for (std::size_t k = 0; k < gpu.size(); ++k) {
      for (std::size_t i = 0; i < gpu[k].pixels.size(); ++i) {
        ASSERT_NEAR(gpu[k].pixels[i], cpu[k].pixels[i], kind.most) << "horizon " << k + 1;
      }
    }
  }
}

TEST_F(CudaModelTest, IsSharedWhileSomebodyHoldsIt) {
  const auto one = load_shared_cuda_model({path_, "cuda:0", 0, "fp16"});
  EXPECT_EQ(load_shared_cuda_model({path_, "cuda:0", 0, "fp16"}), one);
  EXPECT_NE(load_shared_cuda_model({path_, "cuda:0", 0, "fp32"}), one);
}

TEST_F(CudaModelTest, PredictorsOfSeveralThreadsDoNotMeet) {
  const auto model = load_shared_cuda_model({path_, "cuda:0", 0, "fp32"});
  const auto alone = predict(*model, 7);
  std::vector<std::vector<Picture>> found(3);
  std::vector<std::thread> threads;
  for (auto& one : found) threads.emplace_back([&] { one = predict(*model, 7); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : found) {
    for (std::size_t k = 0; k < alone.size(); ++k) EXPECT_EQ(one[k].pixels, alone[k].pixels);
  }
}

TEST_F(CudaModelTest, RefusesWhatItCannotDo) {
  EXPECT_STIP_ERROR(load_shared_cuda_model({path_, "cuda:0", 0, "int8"}), ErrorCode::kNoDevice,
                    "precision int8");
  EXPECT_STIP_ERROR(load_shared_cuda_model({path_, "cuda:99", 0, "auto"}), ErrorCode::kNoDevice,
                    "cuda:99");
  EXPECT_STIP_ERROR(load_shared_cuda_model({folder_.file("none"), "cuda", 0, "auto"}),
                    ErrorCode::kNotFound, "none");
  const auto model = load_shared_cuda_model({path_, "cuda:0", 0, "fp32"});
  PredictorOptions options;
  options.width = options.height = 24;
  const auto predictor = model->make_predictor(options);
  Picture picture(24, 24);
  EXPECT_STIP_ERROR(predictor->predict({picture.mutable_view()}), ErrorCode::kInvalidArgument,
                    "before the context is full");
  EXPECT_STIP_ERROR(predictor->push_missing(), ErrorCode::kInvalidArgument, "context");
  EXPECT_STIP_ERROR(predictor->push(Picture(23, 24).view()), ErrorCode::kInvalidArgument, "23x24");
  options.context = 65;
  EXPECT_STIP_ERROR(model->make_predictor(options), ErrorCode::kInvalidArgument, "context 65");
}

TEST_F(CudaModelTest, NothingIsThrownThroughC) {
  std::unique_ptr<Error> error;
  EXPECT_EQ(stip_cuda_load_model({folder_.file("none"), "cuda", 0, "auto"}, &error), nullptr);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->code(), ErrorCode::kNotFound);
  error = nullptr;
  const std::unique_ptr<std::shared_ptr<const Model>> model(
      stip_cuda_load_model({path_, "cuda", 0, "auto"}, &error));
  EXPECT_EQ(error, nullptr);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ((*model)->info().name, path_);
}

}  // namespace
}  // namespace stip
