#include "predict/int8_calibration.h"

#include <algorithm>
#include <cmath>

#include "predict/engine/engine_model.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"

namespace stip {
namespace {

using engine::Map;

// A stream of one clip, fed frame by frame.
struct Run {
  Run(const engine::EngineModel& model, const FrameView& first, const engine::ByteWeights* bytes)
      : geometry(fit_geometry(model.weights().config, first.width, first.height, Resize::kAuto)),
        engine(model.weights(), geometry.network_height, geometry.network_width, model.pool(),
               bytes),
        fit(engine.config(), geometry, engine.shape(), model.pool()),
        stream(engine, engine.config().state, engine.config().context) {}

  void push(const FrameView& frame) {
    fit.take(frame, stream.next_frame());
    stream.push();
  }

  FitGeometry geometry;
  engine::Engine engine;
  engine::PictureFit fit;
  engine::Stream stream;
};

struct SquaredDifference {
  double sum = 0;
  double count = 0;
};

void add_difference(const Map& a, const Map& b, int channels, SquaredDifference* error) {
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      for (int c = 0; c < channels; ++c) {
        const double difference = double{std::clamp(a.at(y, x)[c], 0.0f, 1.0f)} -
                                  double{std::clamp(b.at(y, x)[c], 0.0f, 1.0f)};
        error->sum += difference * difference;
      }
    }
  }
  error->count += double{1} * a.height() * a.width() * channels;
}

}  // namespace

struct Int8Calibration::Parts {
  Parts(const std::string& file, int k, int threads)
      : path(file),
        horizon(k),
        model(file, threads, Precision::kFp32),
        meter(model.weights().config, model.pool()),
        errors(static_cast<std::size_t>(k)) {}

  std::string path;
  int horizon;
  engine::EngineModel model;
  engine::RangeMeter meter;
  std::optional<engine::ByteWeights> bytes;
  std::vector<SquaredDifference> errors;
  double clipped_sum = 0;
  int checked = 0;
};

Int8Calibration::Int8Calibration(const std::string& model_file, int horizon, int threads)
    : parts_(std::make_unique<Parts>(model_file, horizon, threads)) {
  if (parts_->model.weights().config.output != Output::kMotion) return;
  throw Error(ErrorCode::kInvalidArgument,
              model_file +
                  " is a network of output: motion, which runs in fp32 only; nothing was "
                  "changed: use --alarms-only");
}

Int8Calibration::~Int8Calibration() = default;

int Int8Calibration::context() const { return parts_->model.info().context; }

void Int8Calibration::measure(const std::vector<FrameView>& clip) {
  Run run(parts_->model, clip.at(0), nullptr);
  run.engine.measure(&parts_->meter);
  for (const FrameView& frame : clip) {
    run.push(frame);
    if (run.stream.ready()) run.stream.predict(parts_->horizon, {});
  }
}

void Int8Calibration::check(const std::vector<FrameView>& clip) {
  if (!parts_->bytes) {
    parts_->bytes = engine::make_byte_weights(parts_->model.weights(), parts_->meter.ranges());
  }
  Run exact(parts_->model, clip.at(0), nullptr);
  Run coarse(parts_->model, clip.at(0), &*parts_->bytes);
  std::vector<Map> predictions(static_cast<std::size_t>(parts_->horizon));
  engine::Stream::Take keep, compare;
  keep.after = [&](int k, const Map& prediction) {
    Map& kept = predictions[static_cast<std::size_t>(k - 1)];
    if (kept.height() == 0) kept = prediction.like();
    kept.copy_from(prediction);
  };
  const int channels = parts_->model.weights().config.frame_channels();
  compare.after = [&](int k, const Map& prediction) {
    const auto i = static_cast<std::size_t>(k - 1);
    add_difference(predictions[i], prediction, channels, &parts_->errors[i]);
  };
  for (const FrameView& frame : clip) {
    exact.push(frame);
    coarse.push(frame);
    if (!exact.stream.ready()) continue;
    exact.stream.predict(parts_->horizon, keep);
    coarse.stream.predict(parts_->horizon, compare);
  }
  parts_->clipped_sum += coarse.engine.clipped_share();
  ++parts_->checked;
}

Int8Quality Int8Calibration::quality() const {
  constexpr double kLeast = 1e-12;  // 120 dB
  Int8Quality quality;
  for (const SquaredDifference& error : parts_->errors) {
    quality.psnr.push_back(-10 *
                           std::log10(std::max(kLeast, error.sum / std::max(1.0, error.count))));
  }
  quality.clipped = parts_->clipped_sum / std::max(1, parts_->checked);
  return quality;
}

ActivationRanges Int8Calibration::ranges() const { return parts_->meter.ranges(); }

}  // namespace stip
