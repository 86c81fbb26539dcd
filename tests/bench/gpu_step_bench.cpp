// What a step takes on a GPU: gpu-step-bench [cuda:N [PRESET [PRECISION]]]. Prints a table; weights
// are random, which does not change the times. Exit code 77 without a device.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <string>

#include "base/device.h"
#include "bench/random_weights.h"
#include "predict/cuda/cuda_stream.h"
#include "predict/cuda/device_choice.h"

namespace stip {
namespace {

constexpr int kBefore = 12;       // frames: every place of the rings, until graphs are recorded
constexpr double kSeconds = 0.3;  // of each measurement

// The mean of as many calls as fit into the time; `finish` waits for them.
double milliseconds(const std::function<void()>& one, const std::function<void()>& finish) {
  using Clock = std::chrono::steady_clock;
  finish();
  int count = 0;
  const auto start = Clock::now();
  std::chrono::duration<double> passed{};
  for (int batch = 8; passed.count() < kSeconds; batch *= 2) {
    for (int i = 0; i < batch; ++i, ++count) one();
    finish();
    passed = Clock::now() - start;
  }
  return 1000 * passed.count() / count;
}

struct Size {
  const char* name;
  int height;
  int width;
  int patch;
};

template <typename T>
class Bench {
 public:
  Bench(const Size& size, const cuda::DeviceFacts& device)
      : config_(config_of(size)),
        device_(device),
        weights_(cuda::make_device_weights<T>(config_, random_weights(config_, 1))),
        geometry_(fit_geometry(config_, size.width, size.height, Resize::kAuto)) {}

  void run(const char* precision, const char* name) {
    std::printf("%-9s %-5s", name, precision);
    // A step: recurrent, one frame in, one prediction out. The first of three is the network alone,
    // one after the other without waiting; the others have the pictures' way in and out, and wait
    // for each prediction.
    std::printf(" | step %7.3f", step(StateMode::kRecurrent, 1, Pictures::kNone));
    std::printf(" | its pictures on the device %7.3f",
                step(StateMode::kRecurrent, 1, Pictures::kOnDevice));
    std::printf(" | on the host %7.3f", step(StateMode::kRecurrent, 1, Pictures::kOnHost));
    std::printf(" | window of 4 %7.3f", step(StateMode::kWindow, 1, Pictures::kNone));
    std::printf(" | rollout of 5 %7.3f ms\n", step(StateMode::kRecurrent, 5, Pictures::kNone));
    stages();
    std::fflush(stdout);
  }

 private:
  enum class Pictures { kNone, kOnDevice, kOnHost };

  static ModelConfig config_of(const Size& size) {
    ModelConfig config;
    config.height = size.height;
    config.width = size.width;
    config.patch = size.patch;
    return config;
  }

  // BGR.
  DeviceFrame on_device(std::uint8_t* data) const {
    DeviceFrame frame;
    frame.width = config_.width;
    frame.height = config_.height;
    for (int c = 0; c < 3; ++c) {
      frame.component[c].data = data + 2 - c;
      frame.component[c].stride = std::ptrdiff_t{3} * config_.width;
      frame.component[c].step = 3;
    }
    return frame;
  }

  double step(StateMode mode, int horizon, Pictures pictures) {
    cuda::CudaStream<T> stream(weights_, geometry_, mode, 4, device_.multiprocessors);
    const auto bytes = std::size_t{3} * std::size_t(config_.height) * std::size_t(config_.width);
    std::vector<std::uint8_t> in(bytes), out(bytes);
    std::mt19937 random(1);
    for (std::uint8_t& byte : in) byte = static_cast<std::uint8_t>(random());
    const std::ptrdiff_t stride = std::ptrdiff_t{3} * config_.width;
    const FrameView frame{in.data(), config_.width, config_.height, stride, PixelOrder::kBgr};
    std::vector<MutableFrameView> futures(std::size_t(horizon), MutableFrameView{});
    if (pictures == Pictures::kOnHost) {
      futures.back() = {out.data(), config_.width, config_.height, stride, PixelOrder::kBgr};
    }
    const cuda::DeviceStream uploads;
    const auto device_in = cuda::uploaded(in, uploads), device_out = cuda::uploaded(in, uploads);
    uploads.wait();
    const DeviceFrame newest = on_device(device_in.data());
    std::vector<DeviceFrame> device_futures(std::size_t(horizon), DeviceFrame{});
    device_futures.back() = on_device(device_out.data());
    for (int i = 0; i < kBefore; ++i) {
      stream.push(frame);
      if (stream.ready()) stream.predict(futures);
    }
    return milliseconds(
        [&] {
          if (pictures == Pictures::kOnDevice) {
            stream.push(newest);
            return stream.predict(device_futures, newest);
          }
          pictures == Pictures::kOnHost ? stream.push(frame) : stream.push_again();
          stream.predict(futures);
        },
        [&] { stream.wait(); });
  }

  // Each stage by itself, in a graph of its own.
  void stages() {
    cuda::CudaEngine<T> engine(weights_, config_.height, config_.width, device_.multiprocessors);
    cuda::DeviceFrames frames(geometry_, engine.shape(), engine.frame_channels(), 2);
    const auto pyramid = engine.make_pyramid();
    const auto state = engine.make_state();
    const auto memories = engine.make_memories(3);
    const auto prediction = engine.make_patched();
    const cuda::DeviceArray<std::uint8_t> bytes(frames.picture_bytes());
    const cuda::Features<T> features{memories.at(0), memories.at(1)};
    const std::vector<cuda::FrameSource> clip = {frames.source(0), frames.source(1)};
    const cuda::DeviceStream stream;
    const auto time = [&](const char* name, const std::function<void()>& work) {
      cuda::GraphCache graph(stream);
      std::printf(" %s %.3f", name,
                  milliseconds([&] { graph.run({}, work); }, [&] { stream.wait(); }));
    };
    std::printf("                ");
    time("encoders", [&] { engine.encode(clip, pyramid, features, stream.get()); });
    time("core", [&] { engine.advance(features, &state, state, memories.at(2), stream.get()); });
    time("decoders and output", [&] {
      engine.decode(state.at(15), memories.at(2), pyramid, clip[1], prediction,
                    frames.whole(bytes.data()), stream.get());
    });
    std::printf("\n");
  }

  ModelConfig config_;
  cuda::DeviceFacts device_;
  cuda::DeviceWeights<T> weights_;
  FitGeometry geometry_;
};

// Empty names: all of them.
int run(const std::string& name, const std::string& preset, const std::string& precision) {
  const cuda::DeviceFacts device = cuda::choose_device(parse_device(name).index);
  std::printf("%s: compute capability %.1f, %d multiprocessors; milliseconds\n", name.c_str(),
              device.compute_capability / 10.0, device.multiprocessors);
  const auto wanted = [&](const char* one) { return precision.empty() || precision == one; };
  for (const Size& size : {Size{"ucfsport", 512, 512, 2}, Size{"human36m", 1024, 1024, 4},
                           Size{"sjtu4k", 2176, 3840, 8}}) {
    if (!preset.empty() && preset != size.name) continue;
    if (wanted("fp16")) Bench<cuda::Half>(size, device).run("fp16", size.name);
    if (wanted("bf16") && device.compute_capability >= 80) {
      Bench<cuda::Bfloat16>(size, device).run("bf16", size.name);
    }
    if (wanted("fp32")) Bench<float>(size, device).run("fp32", size.name);
  }
  return 0;
}

}  // namespace
}  // namespace stip

int main(int argc, char** argv) try {
  return stip::run(argc > 1 ? argv[1] : "cuda:0", argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
} catch (const stip::Error& error) {
  std::fprintf(stderr, "gpu-step-bench: %s %s\n", error.what(), error.detail().c_str());
  return error.code() == stip::ErrorCode::kNoDevice ? 77 : 1;
}
