#include "predict/forecast.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <new>

#include "base/frame_check.h"
#include "io/safetensors.h"
#include "predict/engine/engine_model.h"
#include "predict/engine/forecast_frames.h"
#include "predict/engine/motion_network.h"

namespace stip {
namespace {

void run_motion_forecast(const engine::EngineModel& model, const std::vector<FrameView>& frames,
                         int horizon, const std::function<void(const ForecastFrame&)>& take) {
  const FrameView& first = frames.at(0);
  engine::MotionNetwork network(model.weights(), first.width, first.height,
                                static_cast<int>(frames.size()), model.pool());
  for (const FrameView& frame : frames) network.push(frame);
  give_forecast(network, horizon, take);
}

void run_forecast(const engine::EngineModel& model, const std::vector<FrameView>& frames,
                  int horizon, Resize resize,
                  const std::function<void(const ForecastFrame&)>& take) {
  const FrameView& first = frames.at(0);
  const ModelConfig& config = model.weights().config;
  const FitGeometry geometry = fit_geometry(config, first.width, first.height, resize);
  engine::Engine engine(model.weights(), geometry.network_height, geometry.network_width,
                        model.pool(), model.bytes());
  engine::PictureFit fit(config, geometry, engine.shape(), model.pool());
  engine::Stream stream(engine, StateMode::kWindow, static_cast<int>(frames.size()));
  for (const FrameView& frame : frames) {
    fit.take(frame, stream.next_frame());
    stream.push();
  }
  stream.predict(horizon, engine::forecast_frames(fit, geometry, config.colour, take));
}

}  // namespace

void make_forecast(const std::string& model_file, const std::vector<FrameView>& frames, int horizon,
                   Resize resize, int threads, const std::string& precision,
                   const std::function<void(const ForecastFrame&)>& take) {
  try {
    const engine::EngineModel model(model_file, threads, parse_precision(precision));
    if (model.weights().config.output == Output::kMotion) {
      run_motion_forecast(model, frames, horizon, take);
    } else {
      run_forecast(model, frames, horizon, resize, take);
    }
  } catch (const std::bad_alloc& error) {
    throw Error(ErrorCode::kOutOfMemory, "out of memory while predicting", error.what());
  }
}

void give_forecast(engine::MotionNetwork& network, int horizon,
                   const std::function<void(const ForecastFrame&)>& take) {
  FloatPicture picture;
  std::vector<float> values;
  for (int k = 1; k <= horizon; ++k) {
    network.ask(k);
    network.stream().predict(k, &picture);
    values.clear();
    for (const Float4& pixel : picture.pixels) {
      for (const int c : {2, 1, 0}) values.push_back(pixel[c] / 255);
    }
    take({k - 1, picture.height, picture.width, values});
  }
}

std::vector<std::uint8_t> ForecastFrame::picture() const {
  std::vector<std::uint8_t> bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(), [](float value) {
    // Written so that a value that is no number becomes 0.
    const float clamped = value > 0 ? std::min(value, 1.0f) : 0.0f;
    return static_cast<std::uint8_t>(std::nearbyint(clamped * 255));
  });
  return bytes;
}

void RawForecast::add(const ForecastFrame& frame) {
  ++frames_;
  height_ = frame.height;
  width_ = frame.width;
  values_.insert(values_.end(), frame.values.begin(), frame.values.end());
}

void RawForecast::add_given(const FrameView& frame) {
  ++given_;
  const std::ptrdiff_t row = std::ptrdiff_t{3} * frame.width;
  const std::size_t begin = given_values_.size();
  given_values_.resize(begin + static_cast<std::size_t>(row * frame.height));
  copy_frame(frame,
             {given_values_.data() + begin, frame.width, frame.height, row, PixelOrder::kRgb});
}

void RawForecast::write(const std::string& path) const {
  std::vector<TensorToWrite> tensors = {
      {"predictions", "F32", {frames_, height_, width_, 3}, values_.data()}};
  if (given_ > 0)
    tensors.push_back({"given", "U8", {given_, height_, width_, 3}, given_values_.data()});
  write_safetensors(path, tensors, {});
}

}  // namespace stip
