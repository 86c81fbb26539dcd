#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "stip/predictor.h"

namespace stip::gst {

/// A model on its way from the thread that loaded it to the one that predicts, which takes it
/// between two frames. Any thread; guarded by its own mutex.
class ModelSlot {
 public:
  void put(std::shared_ptr<const Model> model) {
    const std::lock_guard<std::mutex> lock(mutex_);
    model_ = std::move(model);
  }
  /// Null: none has come.
  std::shared_ptr<const Model> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(model_, nullptr);
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Model> model_;
};

}  // namespace stip::gst
