#include "predict/network_model.h"

#include "base/torch_device.h"
#include "base/torch_guard.h"
#include "io/calibration_text.h"
#include "predict/context.h"
#include "predict/frame_fit.h"
#include "predict/model_store.h"
#include "predict/stream_rollout.h"

namespace stip {
namespace {

class NetworkPredictor : public Predictor {
 public:
  NetworkPredictor(std::shared_ptr<const Model> model, Generator generator,
                   const torch::Device& device, int threads, const PredictorOptions& options,
                   int context, StateMode state)
      : model_(std::move(model)),
        device_(device),
        threads_(threads),
        options_(options),
        context_(context),
        fit_(generator->config(), options.width, options.height, options.resize, options.halved),
        rollout_(std::move(generator), state, context) {}

  int context() const override { return context_; }

  void push(const FrameView& frame) override {
    run("taking a frame in", [&] { rollout_.push(fit_.to_network(frame).to(device_)); });
  }

  void push_missing() override {
    check_ready(*this, "push_missing()");
    run("running the network", [&] { rollout_.push_missing(); });
  }

  bool ready() const override { return rollout_.ready(); }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, options_.width, options_.height);
    check_ready(*this, "predict()");
    run("running the network", [&] {
      rollout_.predict(static_cast<int>(futures.size()),
                       [&](int k, const torch::Tensor& prediction) {
                         const MutableFrameView& future = futures[static_cast<size_t>(k - 1)];
                         if (future.data != nullptr)
                           fit_.from_network(prediction.to(torch::kCPU), future);
                       });
    });
  }

  void reset() override { rollout_.reset(); }

 private:
  template <typename Work>
  void run(const char* doing, Work&& work) {
    guard_torch(doing, [&] {
      use_threads(threads_);
      const c10::InferenceMode inference;
      work();
    });
  }

  std::shared_ptr<const Model> model_;
  torch::Device device_;
  int threads_;
  PredictorOptions options_;
  int context_;
  FrameFit fit_;
  StreamRollout rollout_;
};

}  // namespace

NetworkModel::NetworkModel(const ModelRequest& request)
    : device_(resolve_device(parse_device(request.device))), threads_(request.threads) {
  LoadedModel loaded = load_model_file(request.model);
  generator_ = loaded.generator;
  generator_->to(device_);
  info_ = describe_network(generator_->config(), request.model);
  const std::string& calibration = loaded.header.calibration;
  if (!calibration.empty()) info_.calibration = parse_calibration(calibration);
}

std::unique_ptr<Predictor> NetworkModel::make_predictor(const PredictorOptions& options) const {
  const int context = checked_context(options, info_);
  return std::make_unique<NetworkPredictor>(shared_from_this(), generator_, device_, threads_,
                                            options, context, options.state.value_or(info_.state));
}

std::shared_ptr<const Model> load_shared_network(const ModelRequest& request) {
  return shared_model(request, "torch",
                      [&] { return std::make_shared<const NetworkModel>(request); });
}

}  // namespace stip
