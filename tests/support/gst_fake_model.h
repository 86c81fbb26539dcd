#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "stip/predictor.h"

namespace stip::test {

/// What the predictors of a FakeModel were asked (to be read when nobody predicts), and what they
/// shall do.
struct FakeLog {
  std::vector<std::uint8_t> pushed;  ///< the first byte of each frame
  std::vector<int> horizons;
  std::vector<int> nearest;  ///< of those, that somebody wanted
  int resets = 0;
  int missing = 0;  // push_missing() calls
  int made = 0;
  std::atomic<bool> fail_to_predict{false};
  /// So many calls of each run out of memory, as stip::Error and as std::bad_alloc in turn.
  std::atomic<int> predictions_without_memory{0};
  std::atomic<int> openings_without_memory{0};
  std::atomic<int> delay_ms{0};      ///< that predict() takes
  std::atomic<int> opening_ms{0};    ///< that making a predictor takes
  std::atomic<bool> busy{false};     ///< and keeps a core busy with it, as a network does
  std::atomic<bool> endless{false};  ///< predict() ends when it is given up, and not before
  std::atomic<bool> running{false};  ///< predict() is at it
  PredictorOptions options;          ///< of the newest predictor
};

/// Predicts for horizon k a picture in which every byte is the newest frame's first byte plus k.
class FakeModel : public Model {
 public:
  explicit FakeModel(int context) { info_.context = context; }
  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

  std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();

 private:
  ModelInfo info_;
};

}  // namespace stip::test
