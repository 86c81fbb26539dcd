#include "predict/engine/motion_predictor.h"

#include "base/frame_check.h"
#include "predict/context.h"
#include "predict/engine/guard_memory.h"
#include "predict/engine/motion_network.h"

namespace stip::engine {
namespace {

class MotionPredictor : public Predictor {
 public:
  MotionPredictor(std::shared_ptr<const EngineModel> model, const PredictorOptions& options,
                  int context)
      : model_(std::move(model)),
        options_(options),
        context_(context),
        threads_(options.threads > 0 ? options.threads : model_->pool().threads()),
        network_(model_->weights(), options.width, options.height, context, model_->pool()) {}

  int context() const override { return context_; }
  bool ready() const override { return pushed_ >= context_; }

  void push(const FrameView& frame) override {
    check_frame(frame, options_.width, options_.height);
    run("taking a frame in", [&] { take_in(frame); });
  }

  void push_missing() override {
    check_ready(*this, "push_missing()");
    run("running the network", [&] {
      std::vector<std::uint8_t> pixels(std::size_t{3} * static_cast<std::size_t>(options_.width) *
                                       static_cast<std::size_t>(options_.height));
      const MutableFrameView next{pixels.data(), options_.width, options_.height,
                                  std::ptrdiff_t{3} * options_.width, PixelOrder::kBgr};
      predict_frame(1, next);
      take_in({next.data, next.width, next.height, next.stride, next.order});
    });
  }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, options_.width, options_.height);
    check_ready(*this, "predict()");
    run("running the network", [&] {
      for (int k = 1; k <= static_cast<int>(futures.size()); ++k) {
        const MutableFrameView& future = futures[static_cast<std::size_t>(k - 1)];
        if (future.data == nullptr) continue;
        check_wanted(options_.given_up);
        predict_frame(k, future);
      }
    });
  }

  void reset() override {
    network_.clear();
    pushed_ = 0;
  }

 private:
  void take_in(const FrameView& frame) {
    try {
      network_.push(frame);
    } catch (...) {
      reset();  // a frame without its flow is no context
      throw;
    }
    if (pushed_ < context_) ++pushed_;
  }

  void predict_frame(int k, const MutableFrameView& future) {
    const int horizon = network_.stream().steps_ahead(k);
    network_.ask(horizon);
    network_.stream().predict(horizon, future);
  }

  template <typename Work>
  void run(const char* doing, Work&& work) {
    guard_memory(doing, [&] {
      const std::lock_guard<std::mutex> lock(model_->mutex());
      model_->pool().use(threads_);
      work();
    });
  }

  std::shared_ptr<const EngineModel> model_;
  PredictorOptions options_;
  int context_;
  int threads_;
  int pushed_ = 0;
  MotionNetwork network_;
};

}  // namespace

std::unique_ptr<Predictor> make_motion_predictor(std::shared_ptr<const EngineModel> model,
                                                 const PredictorOptions& options, int context) {
  return std::make_unique<MotionPredictor>(std::move(model), options, context);
}

}  // namespace stip::engine
