// What can be asked of a simulated device only.
#include <gtest/gtest.h>

#include "libstip/cuda/cuda_networks.h"
#include "predict/cuda/cuda_model.h"
#include "predict/cuda/cuda_stream.h"
#include "predict/cuda/device_choice.h"
#include "predict/cuda/self_check.h"
#include "stip/error.h"
#include "support/cuda_on_host/controls.h"
#include "support/expect_error.h"
#include "support/pictures.h"
#include "support/random_model_file.h"
#include "support/temporary_folder.h"

namespace stip {
namespace {

using cuda_on_host::counts;
using cuda_on_host::Counts;
using test::Picture;

class SteadyState : public testing::TestWithParam<StateMode> {};

TEST_P(SteadyState, AllocatesNothingWaitsOnceAndLaunchesGraphs) {
  const ModelConfig config = test::any_size_config();
  const auto weights = cuda::make_device_weights<cuda::Half>(config, test::random_weights(config));
  FitGeometry geometry = fit_geometry(config, 20, 12, Resize::kAuto);
  cuda::CudaStream<cuda::Half> stream(weights, geometry, GetParam(), config.context, 4);
  std::vector<Picture> pictures(3, Picture(20, 12));
  std::vector<MutableFrameView> futures;
  for (Picture& picture : pictures) futures.push_back(picture.mutable_view());
  const auto one = [&](unsigned i) {
    stream.push(Picture::random(20, 12, i).view());
    if (stream.ready()) stream.predict(futures);
  };
  for (unsigned i = 0; i < 20; ++i) one(i);  // every place of the rings, twice
  const Counts before = counts();
  for (unsigned i = 0; i < 12; ++i) one(i);
  const Counts after = counts();
  EXPECT_EQ(after.allocations, before.allocations);
  EXPECT_EQ(after.captures, before.captures);
  // The frame's arrival and the rollout.
  EXPECT_EQ(after.graph_launches - before.graph_launches, 2 * 12);
  // The host waits for the pictures, and (not for long) for the buffer of the frame before last.
  EXPECT_EQ(after.synchronisations - before.synchronisations, 2 * 12);
  // By themselves: the frame's copy and the note that it is bytes.
  EXPECT_EQ(after.kernels - before.kernels, 2 * 12);
}

// The same of pictures on the device: nothing of theirs goes through the host's memory.
TEST_P(SteadyState, WaitsOnceForEachPictureOnTheDevice) {
  const ModelConfig config = test::any_size_config();
  const auto weights = cuda::make_device_weights<cuda::Half>(config, test::random_weights(config));
  const FitGeometry geometry = fit_geometry(config, 20, 12, Resize::kAuto);
  cuda::CudaStream<cuda::Half> stream(weights, geometry, GetParam(), config.context, 4);
  const cuda::DeviceArray<std::uint8_t> bytes(4 * 20 * 12);
  DeviceFrame frame;
  frame.width = 20;
  frame.height = 12;
  for (int c = 0; c < 3; ++c) frame.component[c] = {bytes.data() + c, 80, 4};
  const auto one = [&] {
    stream.push(frame);
    if (stream.ready()) stream.predict({frame, {}, frame}, frame);
  };
  for (int i = 0; i < 20; ++i) one();
  const Counts before = counts();
  for (int i = 0; i < 12; ++i) one();
  const Counts after = counts();
  EXPECT_EQ(after.allocations, before.allocations);
  EXPECT_EQ(after.captures, before.captures);
  EXPECT_EQ(after.graph_launches - before.graph_launches, 2 * 12);
  // For the frame, for the buffer of the frame before last, and for all predictions.
  EXPECT_EQ(after.synchronisations - before.synchronisations, 3 * 12);
  EXPECT_EQ(after.to_host, before.to_host);
  EXPECT_EQ(after.from_host, before.from_host);
}

INSTANTIATE_TEST_SUITE_P(States, SteadyState,
                         testing::Values(StateMode::kWindow, StateMode::kRecurrent));

TEST(Graphs, CanBeLeftAway) {
  const ModelConfig config = test::any_size_config();
  const auto weights = cuda::make_device_weights<float>(config, test::random_weights(config));
  const FitGeometry geometry = fit_geometry(config, 20, 12, Resize::kAuto);
  const auto run = [&] {
    cuda::CudaStream<float> stream(weights, geometry, StateMode::kRecurrent, 3, 4);
    Picture picture(20, 12);
    for (unsigned i = 0; i < 20; ++i) {
      stream.push(Picture::random(20, 12, i).view());
      if (stream.ready()) stream.predict({picture.mutable_view()});
    }
    return picture.pixels;
  };
  const auto with = run();
  setenv("STIP_CUDA_GRAPHS", "0", 1);
  const int before = counts().graph_launches;
  const auto without = run();
  unsetenv("STIP_CUDA_GRAPHS");
  EXPECT_EQ(counts().graph_launches, before);
  EXPECT_EQ(with, without);
}

class DeviceChoice : public testing::Test {
 protected:
  void TearDown() override {
    cuda_on_host::set_devices(1);
    cuda_on_host::set_driver_version(13000);
    cuda_on_host::set_compute_capability(9, 0);
  }
};

TEST_F(DeviceChoice, SaysWhatIsMissing) {
  EXPECT_EQ(cuda::choose_device(0).compute_capability, 90);
  EXPECT_STIP_ERROR(cuda::choose_device(1), ErrorCode::kNoDevice,
                    "device cuda:1 was asked for, but 1 usable CUDA devices");
  cuda_on_host::set_devices(0);
  EXPECT_STIP_ERROR(cuda::choose_device(0), ErrorCode::kNoDevice, "0 usable CUDA devices");
  cuda_on_host::set_driver_version(12040);
  EXPECT_STIP_ERROR(cuda::choose_device(0), ErrorCode::kNoDevice,
                    "the NVIDIA driver is for CUDA 12.4 and this build needs 13.0");
  cuda_on_host::set_driver_version(0);
  EXPECT_STIP_ERROR(cuda::choose_device(0), ErrorCode::kNoDevice, "no NVIDIA driver");
}

TEST_F(DeviceChoice, RefusesOldDevices) {
  cuda_on_host::set_compute_capability(6, 1);
  EXPECT_STIP_ERROR(cuda::choose_device(0), ErrorCode::kNoDevice, "compute capability 6.1");
  cuda_on_host::set_compute_capability(7, 5);
  const cuda::DeviceFacts facts = cuda::choose_device(0);
  EXPECT_EQ(cuda::choose_precision(Precision::kAuto, facts), Precision::kFp16);
  EXPECT_STIP_ERROR(cuda::choose_precision(Precision::kBf16, facts), ErrorCode::kNoDevice,
                    "bf16 needs a GPU of compute capability 8.0, and cuda:0 has 7.5");
}

TEST(DeviceMemoryLimit, IsAnErrorThatSaysSoAndLeavesNothingBehind) {
  const ModelConfig config = test::any_size_config();
  const Counts before = counts();
  {
    const auto weights = cuda::make_device_weights<float>(config, test::random_weights(config));
    const FitGeometry geometry = fit_geometry(config, 200, 120, Resize::kAuto);
    cuda_on_host::set_memory_limit(counts().bytes_held + 200000);
    EXPECT_STIP_ERROR(
        cuda::CudaStream<float>(weights, geometry, StateMode::kWindow, config.context, 4),
        ErrorCode::kOutOfMemory, "GPU memory");
    cuda_on_host::set_memory_limit(0);
  }
  EXPECT_EQ(counts().bytes_held, before.bytes_held);
  EXPECT_EQ(counts().pinned_held, before.pinned_held);
}

// By names that no device has: who has passed once is not asked again.
TEST(SelfCheckOfAFaultyDevice, RefusesIt) {
  cuda::DeviceFacts device = cuda::choose_device(0);
  cuda_on_host::set_fault(cuda_on_host::Fault::kNumbers);
  device.index = 8;
  EXPECT_STIP_ERROR(cuda::self_check<float>(device), ErrorCode::kNoDevice,
                    "cuda:8 does not predict what the CPU does");
  cuda_on_host::set_fault(cuda_on_host::Fault::kLaunches);
  EXPECT_STIP_ERROR(cuda::self_check<float>(device), ErrorCode::kNoDevice,
                    "cuda:8 failed when a network was tried on it");
  cuda_on_host::set_fault(cuda_on_host::Fault::kNone);
  EXPECT_NO_THROW(cuda::self_check<float>(device));
}

// Who asked for this GPU is told; `auto` does without it.
TEST(LoadingOntoAFaultyDevice, RefusesIt) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("m.safetensors");
  const ModelConfig config = test::any_size_config();
  test::write_model(path, config, test::random_weights_and_norms(config));
  cuda_on_host::set_devices(10);
  cuda_on_host::set_fault(cuda_on_host::Fault::kNumbers);
  EXPECT_STIP_ERROR(cuda::load_shared_cuda_model({path, "cuda:9", 0, "fp32"}), ErrorCode::kNoDevice,
                    "use device=cpu");
  cuda_on_host::set_fault(cuda_on_host::Fault::kNone);
  cuda_on_host::set_devices(1);
}

}  // namespace
}  // namespace stip
