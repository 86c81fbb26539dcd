#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "stip/predictor.h"

namespace stip::test {

/// What the predictors of a FakeModel were asked, and what they shall do.
struct FakeLog {
  std::vector<std::uint8_t> pushed;  ///< the first byte of each frame
  std::vector<int> horizons;
  int resets = 0;
  int missing = 0;  // push_missing() calls
  int made = 0;
  bool fail_to_predict = false;
  PredictorOptions options;  ///< of the newest predictor
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
