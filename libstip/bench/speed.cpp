#include "bench/speed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <random>

#include "predict/context.h"
#include "predict/engine/forecast_frames.h"
#include "predict/engine/motion_network.h"

namespace stip {
namespace {

using engine::Engine;
using engine::PictureFit;
using engine::Stream;

constexpr int kWarmUpSteps = 5;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Noise over which the camera moves down, so that no two neighbouring frames are alike. One buffer
/// serves all frames: the memory measured is the network's, not that of its test pictures.
class MovingNoise {
 public:
  MovingNoise(int width, int height)
      : width_(width),
        height_(height),
        bytes_(std::size_t{3} * static_cast<std::size_t>(width) *
               static_cast<std::size_t>(height + kPositions)) {
    std::mt19937 random(1);
    for (std::uint8_t& byte : bytes_) byte = static_cast<std::uint8_t>(random() >> 24);
  }

  FrameView frame(int number) const {
    const std::ptrdiff_t row = std::ptrdiff_t{3} * width_;
    return {bytes_.data() + number % kPositions * row, width_, height_, row, PixelOrder::kRgb};
  }

 private:
  static constexpr int kPositions = 16;
  int width_;
  int height_;
  std::vector<std::uint8_t> bytes_;
};

void check_horizon(int horizon) {
  if (horizon >= 1 && horizon <= kMaxHorizon) return;
  throw Error(ErrorCode::kInvalidArgument, "horizon " + std::to_string(horizon) +
                                               " is out of range; give 1 to " +
                                               std::to_string(kMaxHorizon));
}

class Measurement {
 public:
  Measurement(const engine::EngineModel& model, const SpeedOptions& options, Speed& speed)
      : options_(options),
        speed_(speed),
        config_(model.weights().config),
        engine_(model.weights(), speed.geometry.network_height, speed.geometry.network_width,
                model.pool(), model.bytes()),
        fit_(config_, speed.geometry, engine_.shape(), model.pool()),
        noise_(speed.geometry.width, speed.geometry.height),
        picture_(std::size_t{3} * static_cast<std::size_t>(speed.geometry.width) *
                 static_cast<std::size_t>(speed.geometry.height)) {}

  void time_steps() {
    Stream stream(engine_, StateMode::kRecurrent, 1);
    const Stream::Take take = picture_taker();
    for (int i = -kWarmUpSteps; i < options_.steps; ++i) {
      if (i == 0) engine_.times = {};
      const double seconds = seconds_of([&] {
        push(stream, i + kWarmUpSteps);
        stream.predict(1, take);
      });
      if (i >= 0) speed_.step_seconds.push_back(seconds);
    }
    speed_.stages = engine_.times;
  }

  void time_rollouts(RawForecast* raw) {
    Stream stream(engine_, speed_.state, speed_.context);
    const Stream::Take take = picture_taker();
    int frames = 0;
    while (frames + 1 < speed_.context) push(stream, frames++);
    for (int i = -1; i < options_.rollouts; ++i) {
      const double seconds = seconds_of([&] {
        push(stream, frames++);
        stream.predict(options_.horizon, take);
      });
      if (i >= 0) speed_.rollout_seconds.push_back(seconds);
    }
    if (raw == nullptr) return;
    // Predicting changes nothing in the stream: the same predictions again, now as floats.
    stream.predict(options_.horizon,
                   engine::forecast_frames(fit_, speed_.geometry, config_.colour,
                                           [&](const ForecastFrame& frame) { raw->add(frame); }));
    const int first = speed_.state == StateMode::kWindow ? frames - speed_.context : 0;
    for (int i = first; i < frames; ++i) raw->add_given(noise_.frame(i));
  }

 private:
  void push(Stream& stream, int frame) {
    fit_.take(noise_.frame(frame), stream.next_frame());
    stream.push();
  }

  Stream::Take picture_taker() {
    const MutableFrameView out{picture_.data(), speed_.geometry.width, speed_.geometry.height,
                               std::ptrdiff_t{3} * speed_.geometry.width, PixelOrder::kRgb};
    Stream::Take take;
    if (fit_.scales()) {
      take.after = [this, out](int, const engine::Map& prediction) { fit_.give(prediction, out); };
    } else {
      take.rows = [this, out](int, int y, int worker, const engine::Map& prediction) {
        fit_.give_rows(prediction, y, worker, out);
      };
    }
    return take;
  }

  const SpeedOptions& options_;
  Speed& speed_;
  const ModelConfig& config_;
  Engine engine_;
  PictureFit fit_;
  MovingNoise noise_;
  std::vector<std::uint8_t> picture_;
};

// The same of a network of `output: motion`, whose steps are horizons: a frame taken in (optical
// flow among it), and all of them mixed.
void measure_motion(const engine::EngineModel& model, const SpeedOptions& options, Speed& speed,
                    RawForecast* raw) {
  const FitGeometry& size = speed.geometry;
  engine::MotionNetwork network(model.weights(), size.width, size.height, speed.context,
                                model.pool());
  const MovingNoise noise(size.width, size.height);
  std::vector<std::uint8_t> picture(std::size_t{3} * static_cast<std::size_t>(size.width) *
                                    static_cast<std::size_t>(size.height));
  const MutableFrameView out{picture.data(), size.width, size.height,
                             std::ptrdiff_t{3} * size.width, PixelOrder::kRgb};
  int frames = 0;
  while (frames < speed.context) network.push(noise.frame(frames++));
  const auto run = [&](int horizon) {
    return seconds_of([&] {
      network.push(noise.frame(frames++));
      for (int k = 1; k <= horizon; ++k) {
        network.ask(k);
        network.stream().predict(k, out);
      }
    });
  };
  for (int i = -kWarmUpSteps; i < options.steps; ++i) {
    if (i == 0) network.engine().times = {};
    const double seconds = run(1);
    if (i >= 0) speed.step_seconds.push_back(seconds);
  }
  speed.stages = network.engine().times;
  for (int i = -1; i < options.rollouts; ++i) {
    const double seconds = run(options.horizon);
    if (i >= 0) speed.rollout_seconds.push_back(seconds);
  }
  if (raw == nullptr) return;
  give_forecast(network, options.horizon, [&](const ForecastFrame& frame) { raw->add(frame); });
  for (int i = frames - speed.context; i < frames; ++i) raw->add_given(noise.frame(i));
}

}  // namespace

Speed measure_speed(const engine::EngineModel& model, const SpeedOptions& options,
                    RawForecast* raw) {
  const ModelConfig& config = model.weights().config;
  PredictorOptions predictor;
  predictor.width = options.width > 0 ? options.width : config.width;
  predictor.height = options.height > 0 ? options.height : config.height;
  predictor.context = options.context;
  check_horizon(options.horizon);
  Speed speed;
  speed.context = checked_context(predictor, model.info());
  speed.state = options.state.value_or(config.state);
  speed.geometry = fit_geometry(config, predictor.width, predictor.height, Resize::kAuto);
  try {
    if (config.output == Output::kMotion) {
      measure_motion(model, options, speed, raw);
    } else {
      Measurement measurement(model, options, speed);
      measurement.time_steps();
      measurement.time_rollouts(raw);
    }
  } catch (const std::bad_alloc& error) {
    throw Error(ErrorCode::kOutOfMemory, "out of memory while measuring; use a smaller --size",
                error.what());
  }
  std::sort(speed.step_seconds.begin(), speed.step_seconds.end());
  std::sort(speed.rollout_seconds.begin(), speed.rollout_seconds.end());
  return speed;
}

double percentile(const std::vector<double>& values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values.at(rank == 0 ? 0 : rank - 1);
}

}  // namespace stip
