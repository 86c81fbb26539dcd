#include "predict/motion_model.h"

#include <algorithm>
#include <thread>

#include "base/frame_check.h"
#include "motion/blend.h"
#include "predict/context.h"

namespace stip {
namespace {

// The blend's memory over a stream: enough to test horizon 5 five frames ahead on four frames.
constexpr int kHistory = 10;
// More threads wait for memory.
constexpr int kMostThreads = 4;

class MotionPredictor : public Predictor {
 public:
  MotionPredictor(std::shared_ptr<const Model> model, const BlendOptions& options, int context)
      : model_(std::move(model)), options_(options), context_(context), blend_(options) {}

  int context() const override { return context_; }

  void push(const FrameView& frame) override {
    blend_.push(frame);
    if (pushed_ < context_) ++pushed_;
  }

  void push_missing() override {
    check_ready(*this, "push_missing()");
    std::vector<std::uint8_t> pixels(std::size_t{3} * options_.width * options_.height);
    const MutableFrameView next{pixels.data(), options_.width, options_.height,
                                std::ptrdiff_t{3} * options_.width, PixelOrder::kBgr};
    blend_.predict({next});
    blend_.push(next);
  }

  bool ready() const override { return pushed_ >= context_; }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, options_.width, options_.height);
    check_ready(*this, "predict()");
    blend_.predict(futures);
  }

  void reset() override {
    blend_.clear();
    pushed_ = 0;
  }

 private:
  std::shared_ptr<const Model> model_;
  BlendOptions options_;
  int context_;
  int pushed_ = 0;
  Blend blend_;
};

}  // namespace

MotionModel::MotionModel(MotionKind kind, FlowPreset preset, int threads)
    : kind_(kind), preset_(preset), threads_(threads) {
  open_flow_module();  // what is missing is told now, not in the middle of a stream
  info_.name = kind == MotionKind::kFlow ? "flow" : "blend";
  info_.context = kind == MotionKind::kFlow ? 2 : 4;
}

std::unique_ptr<Predictor> MotionModel::make_predictor(const PredictorOptions& options) const {
  const int context = checked_context(options, info_);
  BlendOptions blend;
  blend.width = options.width;
  blend.height = options.height;
  blend.context = context;
  // From two frames the blend follows the flow, for want of evidence: that is the model `flow`.
  blend.length = kind_ == MotionKind::kFlow ? 2 : std::max(context, kHistory);
  blend.preset = preset_;
  const int machine = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int given = threads_ == 0 ? machine : threads_;
  const int wanted = options.threads == 0 ? given : std::min(options.threads, given);
  blend.threads = std::min(wanted, kMostThreads);
  return std::make_unique<MotionPredictor>(shared_from_this(), blend, context);
}

}  // namespace stip
