#include "predict/cuda/cuda_model.h"

#include "base/device.h"
#include "base/frame_check.h"
#include "io/calibration_text.h"
#include "io/model_file.h"
#include "predict/context.h"
#include "predict/cuda/cuda_stream.h"
#include "predict/cuda/device_choice.h"
#include "predict/cuda/self_check.h"
#include "predict/engine/guard_memory.h"
#include "predict/model_store.h"

namespace stip::cuda {
namespace {

template <typename T>
class CudaModel;

template <typename T>
class CudaPredictor : public Predictor {
 public:
  CudaPredictor(std::shared_ptr<const CudaModel<T>> model, const FitGeometry& geometry,
                StateMode mode, int context, int threads)
      : model_(std::move(model)),
        geometry_(geometry),
        context_(context),
        stream_(model_->weights(), geometry, mode, context, model_->device().multiprocessors,
                threads) {}

  // Freeing from a thread that never chose a device would make a context on the first one.
  ~CudaPredictor() override { cudaSetDevice(model_->device().index); }

  int context() const override { return context_; }

  void push(const FrameView& frame) override {
    run("taking a frame in", [&] { stream_.push(frame); });
  }

  void push_missing() override {
    check_ready(*this, "push_missing()");
    run("running the network", [&] { stream_.push_missing(); });
  }

  bool ready() const override { return stream_.ready(); }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, geometry_.width, geometry_.height);
    check_ready(*this, "predict()");
    run("running the network", [&] { stream_.predict(futures); });
  }

  void push_on_device(const DeviceFrame& frame) override {
    run("taking a frame in", [&] { stream_.push(frame); });
  }

  void predict_on_device(const std::vector<DeviceFrame>& futures,
                         const DeviceFrame& newest) override {
    check_futures(futures, geometry_.width, geometry_.height);
    check_ready(*this, "predict_on_device()");
    run("running the network", [&] { stream_.predict(futures, newest); });
  }

  void reset() override { stream_.reset(); }

 private:
  template <typename Work>
  void run(const char* doing, Work&& work) {
    engine::guard_memory(doing, [&] {
      use_device(model_->device().index);  // the calling thread may be another one each time
      work();
    });
  }

  std::shared_ptr<const CudaModel<T>> model_;
  FitGeometry geometry_;
  int context_;
  CudaStream<T> stream_;
};

template <typename T>
class CudaModel : public Model {
 public:
  CudaModel(SafetensorsReader& file, const ModelFileHeader& header, const std::string& path,
            const DeviceFacts& device, Precision precision, int threads)
      : device_(device),
        threads_(threads),
        weights_(make_device_weights<T>(header.config, engine::weights_of(file))),
        info_(describe_network(header.config, path)) {
    info_.precision = precision_name(precision);
    info_.device = device.index;
    if (!header.calibration.empty()) info_.calibration = parse_calibration(header.calibration);
  }

  ~CudaModel() override { cudaSetDevice(device_.index); }  // as above

  const ModelInfo& info() const override { return info_; }
  const DeviceFacts& device() const { return device_; }
  const DeviceWeights<T>& weights() const { return weights_; }

  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override {
    const int context = checked_context(options, info_);
    const FitGeometry geometry = fit_geometry(weights_.config, options.width, options.height,
                                              options.resize, options.halved);
    const int threads = options.threads > 0 ? options.threads : threads_;
    return engine::guard_memory("making room for the network", [&] {
      use_device(device_.index);
      return std::make_unique<CudaPredictor<T>>(
          std::static_pointer_cast<const CudaModel>(shared_from_this()), geometry,
          options.state.value_or(info_.state), context, threads);
    });
  }

 private:
  DeviceFacts device_;
  int threads_;  // of the host, at most; 0: as many as help
  DeviceWeights<T> weights_;
  ModelInfo info_;
};

std::shared_ptr<const Model> load(const ModelRequest& request) {
  SafetensorsReader file(request.model);
  const ModelFileHeader header = read_model_header(file);
  file.check_data();
  if (header.config.output == Output::kMotion) {
    throw Error(ErrorCode::kNoDevice, request.model +
                                          " is a network of output: motion, which runs on the CPU "
                                          "only; use device=cpu or auto");
  }
  const DeviceFacts device = choose_device(parse_device(request.device).index);
  const Precision precision = choose_precision(parse_precision(request.precision), device);
  const auto make = [&](auto zero) -> std::shared_ptr<const Model> {
    self_check<decltype(zero)>(device);
    return std::make_shared<const CudaModel<decltype(zero)>>(file, header, request.model, device,
                                                             precision, request.threads);
  };
  switch (precision) {
    case Precision::kFp16:
      return make(Half());
    case Precision::kBf16:
      return make(Bfloat16());
    default:
      return make(float());
  }
}

}  // namespace

std::shared_ptr<const Model> load_shared_cuda_model(const ModelRequest& request) {
  return engine::guard_memory("loading the model", [&] {
    return shared_model(request, "cuda", [&] { return load(request); });
  });
}

}  // namespace stip::cuda
