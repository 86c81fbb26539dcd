#include "predict/copy_last.h"

#include "base/frame_check.h"
#include "predict/context.h"

namespace stip {
namespace {

class CopyLastPredictor : public Predictor {
 public:
  CopyLastPredictor(std::shared_ptr<const Model> model, const PredictorOptions& options,
                    int context)
      : model_(std::move(model)),
        width_(options.width),
        height_(options.height),
        context_(context),
        newest_(std::size_t{3} * static_cast<std::size_t>(width_) *
                static_cast<std::size_t>(height_)) {}

  int context() const override { return context_; }

  void push(const FrameView& frame) override {
    check_frame(frame, width_, height_);
    copy_frame(frame, view());
    if (pushed_ < context_) ++pushed_;
  }

  void push_missing() override {
    if (!ready())
      throw Error(ErrorCode::kInvalidArgument, "push_missing() before the context is full");
  }

  bool ready() const override { return pushed_ >= context_; }

  void predict(const std::vector<MutableFrameView>& futures) override {
    check_futures(futures, width_, height_);
    if (!ready()) throw Error(ErrorCode::kInvalidArgument, "predict() before the context is full");
    for (const MutableFrameView& future : futures) {
      if (future.data != nullptr) copy_frame(view(), future);
    }
  }

  void reset() override { pushed_ = 0; }

 private:
  MutableFrameView view() {
    return {newest_.data(), width_, height_, std::ptrdiff_t{3} * width_, PixelOrder::kBgr};
  }

  std::shared_ptr<const Model> model_;
  int width_;
  int height_;
  int context_;
  int pushed_ = 0;
  std::vector<std::uint8_t> newest_;  // packed BGR
};

}  // namespace

CopyLastModel::CopyLastModel() { info_.name = "copy-last"; }

std::unique_ptr<Predictor> CopyLastModel::make_predictor(const PredictorOptions& options) const {
  const int context = checked_context(options, info_);
  return std::make_unique<CopyLastPredictor>(shared_from_this(), options, context);
}

}  // namespace stip
