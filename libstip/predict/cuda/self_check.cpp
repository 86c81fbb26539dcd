#include "predict/cuda/self_check.h"

#include <cmath>
#include <limits>
#include <mutex>
#include <set>

#include "bench/random_weights.h"
#include "predict/cuda/cuda_stream.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"

namespace stip::cuda {
namespace {

constexpr int kHorizon = 2;  // the second is predicted from a prediction

// Two layers and levels and both encoders: every kernel runs. Neither side is a whole number of
// tiles.
ModelConfig small_network() {
  ModelConfig config;
  config.height = 40;
  config.width = 56;
  config.patch = 2;
  config.levels = 2;
  config.layers = 2;
  config.hidden = 16;
  config.norm = Norm::kChannel;
  return config;
}

std::vector<std::uint8_t> random_picture(const ModelConfig& config, std::uint32_t seed) {
  std::vector<std::uint8_t> pixels(std::size_t{3} * config.width * config.height);
  for (std::uint8_t& byte : pixels) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return pixels;
}

template <typename Push>
void push_clip(const ModelConfig& config, const Push& push) {
  for (int i = 0; i < config.context; ++i) {
    const auto pixels = random_picture(config, static_cast<std::uint32_t>(i + 1));
    push(FrameView{pixels.data(), config.width, config.height, std::ptrdiff_t{3} * config.width,
                   PixelOrder::kBgr});
  }
}

// Of both, [grid][channels] of all horizons.
std::vector<float> predict_on_cpu(const ModelConfig& config, const engine::NamedWeights& named,
                                  const FitGeometry& geometry) {
  ThreadPool pool(1);
  const auto weights = engine::make_network_weights(config, named, pool);
  engine::Engine engine(weights, geometry.network_height, geometry.network_width, pool);
  engine::PictureFit fit(config, geometry, engine.shape(), pool);
  engine::Stream stream(engine, StateMode::kWindow, config.context);
  push_clip(config, [&](const FrameView& frame) {
    fit.take(frame, stream.next_frame());
    stream.push();
  });
  std::vector<float> all;
  engine::Stream::Take take;
  take.after = [&](int, const engine::Map& prediction) {
    for (int y = 0; y < prediction.height(); ++y) {
      for (int x = 0; x < prediction.width(); ++x) {
        const float* const cell = prediction.at(y, x);
        all.insert(all.end(), cell, cell + config.frame_channels());
      }
    }
  };
  stream.predict(kHorizon, take);
  return all;
}

template <typename T>
std::vector<float> predict_on_device(const ModelConfig& config, const engine::NamedWeights& named,
                                     const FitGeometry& geometry, int multiprocessors) {
  const DeviceWeights<T> weights = make_device_weights<T>(config, named);
  CudaStream<T> stream(weights, geometry, StateMode::kWindow, config.context, multiprocessors);
  push_clip(config, [&](const FrameView& frame) { stream.push(frame); });
  std::vector<float> all;
  for (const std::vector<float>& prediction : stream.predict_floats(kHorizon)) {
    for (std::size_t i = 0; i < prediction.size(); i += std::size_t(stream.frame_channels())) {
      const auto cell = prediction.begin() + static_cast<std::ptrdiff_t>(i);
      all.insert(all.end(), cell, cell + config.frame_channels());
    }
  }
  return all;
}

// Who did not ask for this GPU does without one that cannot run it.
template <typename Run>
std::vector<float> tried(const DeviceFacts& device, const Run& run) {
  try {
    return run();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kFailed) throw;
    throw Error(ErrorCode::kNoDevice,
                "cuda:" + std::to_string(device.index) +
                    " failed when a network was tried on it; use device=cpu",
                std::string(error.what()) + ": " + error.detail());
  }
}

}  // namespace

double agreement(const std::vector<float>& truth, const std::vector<float>& found) {
  double largest = 0, squares = 0;
  for (std::size_t i = 0; i < truth.size() && found.size() == truth.size(); ++i) {
    largest = std::max(largest, std::abs(double{truth[i]}));
    squares += std::pow(double{found[i]} - double{truth[i]}, 2);
  }
  const double decibels =
      10 * std::log10(largest * largest / (squares / double(truth.size()) + 1e-20));
  return found.size() == truth.size() && std::isfinite(decibels)
             ? decibels
             : -std::numeric_limits<double>::infinity();
}

// On the simulated device the three agree by 125, 72 and 55 dB; a wrong number anywhere costs more
// than the 17 that are left.
template <>
double least_agreement<float>() {
  return 100;
}
template <>
double least_agreement<Half>() {
  return 55;
}
template <>
double least_agreement<Bfloat16>() {
  return 38;
}

template <typename T>
void self_check(const DeviceFacts& device) {
  static std::mutex mutex;
  static std::set<int> passed;
  const std::lock_guard<std::mutex> lock(mutex);
  if (passed.count(device.index) != 0) return;
  const ModelConfig config = small_network();
  const engine::NamedWeights named = random_weights(config, 1);
  const FitGeometry geometry = fit_geometry(config, config.width, config.height, Resize::kAuto);
  const auto made = tried(device, [&] {
    return predict_on_device<T>(config, named, geometry, device.multiprocessors);
  });
  const double found = agreement(predict_on_cpu(config, named, geometry), made);
  if (found < least_agreement<T>()) {
    throw Error(ErrorCode::kNoDevice,
                "cuda:" + std::to_string(device.index) +
                    " does not predict what the CPU does, by more than rounding explains; use "
                    "device=cpu, and report this with the names of the GPU and its driver",
                "agreement " + std::to_string(found) + " dB, at least " +
                    std::to_string(least_agreement<T>()) + " expected");
  }
  passed.insert(device.index);
}

template void self_check<float>(const DeviceFacts&);
template void self_check<Half>(const DeviceFacts&);
template void self_check<Bfloat16>(const DeviceFacts&);

}  // namespace stip::cuda
