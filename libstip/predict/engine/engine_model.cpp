#include "predict/engine/engine_model.h"

#include <algorithm>
#include <thread>

#include "io/calibration_text.h"
#include "io/model_file.h"
#include "motion/flow_module.h"
#include "predict/context.h"
#include "predict/engine/choose_precision.h"
#include "predict/engine/guard_memory.h"
#include "predict/engine/motion_predictor.h"
#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "predict/model_store.h"

namespace stip::engine {
namespace {

int thread_count(int threads) {
  if (threads > 0) return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

class EnginePredictor : public Predictor {
 public:
  EnginePredictor(std::shared_ptr<const EngineModel> model, const FitGeometry& geometry,
                  StateMode mode, int context, const PredictorOptions& options)
      : model_(std::move(model)),
        geometry_(geometry),
        engine_(model_->weights(), geometry.network_height, geometry.network_width, model_->pool(),
                model_->bytes()),
        fit_(engine_.config(), geometry, engine_.shape(), model_->pool()),
        stream_(engine_, mode, context),
        context_(context),
        threads_(options.threads > 0 ? options.threads : model_->pool().threads()),
        given_up_(options.given_up),
        push_computes_(mode == StateMode::kRecurrent || fit_.scales()) {}

  int context() const override { return context_; }

  void push(const FrameView& frame) override {
    guard_memory("taking a frame in", [&] {
      std::unique_lock<std::mutex> lock(model_->mutex(), std::defer_lock);
      if (push_computes_) {
        lock.lock();
        model_->pool().use(threads_);
      }
      fit_.take(frame, stream_.next_frame());
      stream_.push();
    });
  }

  void push_missing() override {
    check_ready(*this, "push_missing()");
    run([&] { stream_.push_missing(); });
  }

  bool ready() const override { return stream_.ready(); }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, geometry_.width, geometry_.height);
    check_ready(*this, "predict()");
    const auto future = [&](int k) -> const MutableFrameView& {
      return futures[static_cast<std::size_t>(k - 1)];
    };
    Stream::Take take;
    take.given_up = given_up_;
    if (fit_.scales()) {
      take.after = [&](int k, const Map& prediction) {
        if (future(k).data != nullptr) fit_.give(prediction, future(k));
      };
    } else {
      take.rows = [&](int k, int y, int worker, const Map& prediction) {
        if (future(k).data != nullptr) fit_.give_rows(prediction, y, worker, future(k));
      };
    }
    const auto wanted = std::find_if(futures.begin(), futures.end(),
                                     [](const auto& one) { return one.data != nullptr; });
    const int first = static_cast<int>(wanted - futures.begin()) + 1;
    run([&] { stream_.predict(static_cast<int>(futures.size()), take, first); });
  }

  void reset() override { stream_.reset(); }

 private:
  template <typename Work>
  void run(Work&& work) {
    guard_memory("running the network", [&] {
      const std::lock_guard<std::mutex> lock(model_->mutex());
      model_->pool().use(threads_);
      work();
    });
  }

  std::shared_ptr<const EngineModel> model_;
  FitGeometry geometry_;
  Engine engine_;
  PictureFit fit_;
  Stream stream_;
  int context_;
  int threads_;
  std::function<bool()> given_up_;
  bool push_computes_;
};

}  // namespace

EngineModel::EngineModel(const std::string& path, int threads, Precision precision)
    : pool_(thread_count(threads)) {
  SafetensorsReader file(path);
  const ModelFileHeader header = read_model_header(file);
  file.check_data();
  const ActivationRanges ranges = parse_activation_ranges(header.calibration);
  precision = choose_precision(precision, path, !ranges.empty());
  weights_ = make_network_weights(header.config, weights_of(file), pool_);
  if (precision == Precision::kInt8) bytes_ = make_byte_weights(weights_, ranges);
  describe(path);
  if (!header.calibration.empty()) info_.calibration = parse_calibration(header.calibration);
}

EngineModel::EngineModel(const ModelConfig& config, const NamedWeights& weights,
                         const std::string& name, int threads)
    : pool_(thread_count(threads)), weights_(make_network_weights(config, weights, pool_)) {
  describe(name);
}

void EngineModel::describe(const std::string& name) {
  // What is missing is told now, not in the middle of a stream.
  if (weights_.config.output == Output::kMotion) open_flow_module();
  info_ = describe_network(weights_.config, name);
  info_.precision = precision_name(bytes_ ? Precision::kInt8 : Precision::kFp32);
}

std::unique_ptr<Predictor> EngineModel::make_predictor(const PredictorOptions& options) const {
  const int context = checked_context(options, info_);
  if (weights_.config.output == Output::kMotion) {
    return guard_memory("making room for the network", [&] {
      return make_motion_predictor(std::static_pointer_cast<const EngineModel>(shared_from_this()),
                                   options, context);
    });
  }
  const FitGeometry geometry =
      fit_geometry(weights_.config, options.width, options.height, options.resize, options.halved);
  return guard_memory("making room for the network", [&] {
    return std::make_unique<EnginePredictor>(
        std::static_pointer_cast<const EngineModel>(shared_from_this()), geometry,
        options.state.value_or(info_.state), context, options);
  });
}

std::shared_ptr<const Model> load_shared_engine(const ModelRequest& request) {
  return guard_memory("loading the model", [&] {
    return shared_model(request, "engine", [&] {
      return std::make_shared<const EngineModel>(request.model, request.threads,
                                                 parse_precision(request.precision));
    });
  });
}

}  // namespace stip::engine
