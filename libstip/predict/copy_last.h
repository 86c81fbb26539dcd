#pragma once

#include "stip/predictor.h"

namespace stip {

/// The simplest yardstick: every future frame is the newest one. Needs no weights and no LibTorch.
class CopyLastModel : public Model {
 public:
  CopyLastModel();
  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

 private:
  ModelInfo info_;
};

}  // namespace stip
