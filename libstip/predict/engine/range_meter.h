#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "io/activation_ranges.h"
#include "predict/engine/dense_tensors.h"

namespace stip::engine {

/// Watches a network in single precision: what the values of its tensors' channels lie between.
class RangeMeter {
 public:
  RangeMeter(const ModelConfig& config, const ThreadPool& pool)
      : tensors_(config),
        ranges_(static_cast<std::size_t>(pool.threads()),
                std::vector<std::vector<ValueRange>>(static_cast<std::size_t>(tensors_.count()))) {}

  const DenseTensors& tensors() const { return tensors_; }
  /// [pixels][channels], from any of the pool's threads. What is no number is passed over.
  void see(int tensor, const float* values, int pixels, int channels, int worker);
  /// Of all that was seen. 0 is always among it, and 1 in the frame: other streams may be brighter.
  ActivationRanges ranges() const;

 private:
  DenseTensors tensors_;
  std::vector<std::vector<std::vector<ValueRange>>> ranges_;  // [worker][tensor][channel]
};

}  // namespace stip::engine
