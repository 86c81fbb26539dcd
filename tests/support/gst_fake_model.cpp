#include "gst_fake_model.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace stip::test {
namespace {

void run_out_of_memory(std::atomic<int>& times) {
  if (times == 0) return;
  if (times-- % 2 == 0) throw std::bad_alloc();
  throw Error(ErrorCode::kOutOfMemory, "out of memory");
}

class FakePredictor : public Predictor {
 public:
  FakePredictor(std::shared_ptr<FakeLog> log, int context)
      : log_(std::move(log)), context_(context) {}

  int context() const override { return context_; }
  void push(const FrameView& frame) override {
    log_->pushed.push_back(frame.data[0]);
    ++frames_;
  }
  void push_missing() override {
    ++log_->missing;
    log_->pushed.push_back(static_cast<std::uint8_t>(log_->pushed.back() + 1));
    ++frames_;
  }
  bool ready() const override { return frames_ >= context_; }
  void predict(const std::vector<MutableFrameView>& futures) override {
    if (log_->fail_to_predict) throw Error(ErrorCode::kFailed, "the network failed");
    if (!ready()) throw Error(ErrorCode::kInvalidArgument, "not ready");
    run_out_of_memory(log_->predictions_without_memory);
    log_->running = true;
    take_time();
    while (log_->endless) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (log_->options.given_up()) {
        log_->running = false;
        throw Error(ErrorCode::kInterrupted, "given up");
      }
    }
    log_->running = false;
    log_->horizons.push_back(static_cast<int>(futures.size()));
    const auto wanted = std::find_if(futures.begin(), futures.end(),
                                     [](const auto& one) { return one.data != nullptr; });
    log_->nearest.push_back(static_cast<int>(wanted - futures.begin()) + 1);
    for (std::size_t k = 0; k < futures.size(); ++k) fill(futures[k], static_cast<int>(k) + 1);
  }
  void reset() override {
    ++log_->resets;
    frames_ = 0;
  }

 private:
  void take_time() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(log_->delay_ms);
    if (!log_->busy) return std::this_thread::sleep_until(end);
    while (std::chrono::steady_clock::now() < end) {
    }
  }

  void fill(const MutableFrameView& future, int k) {
    if (future.data == nullptr) return;
    for (int y = 0; y < future.height; ++y) {
      std::fill_n(future.data + y * future.stride, 3 * future.width,
                  static_cast<std::uint8_t>(log_->pushed.back() + k));
    }
  }

  std::shared_ptr<FakeLog> log_;
  int context_;
  int frames_ = 0;
};

}  // namespace

std::unique_ptr<Predictor> FakeModel::make_predictor(const PredictorOptions& options) const {
  log->options = options;
  ++log->made;
  run_out_of_memory(log->openings_without_memory);
  std::this_thread::sleep_for(std::chrono::milliseconds(log->opening_ms));
  return std::make_unique<FakePredictor>(log,
                                         options.context == 0 ? info_.context : options.context);
}

}  // namespace stip::test
