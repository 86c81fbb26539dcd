#pragma once

#include <torch/torch.h>

#include "io/model_weights.h"
#include "stip/predictor.h"

namespace stip {

/// A model file's network as a Model: weights on one device, shared by its predictors.
class NetworkModel : public Model {
 public:
  /// Loads request.model (a path). Throws what load_model_file() and resolve_device() throw.
  explicit NetworkModel(const ModelRequest& request);

  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

  const ModelConfig& config() const { return generator_->config(); }

 private:
  ModelInfo info_;
  Generator generator_{nullptr};
  torch::Device device_;
  int threads_;
};

/// The same, from a process-wide store while somebody holds it: one copy of the weights for each
/// (file's identity and time, device, threads). Any thread.
std::shared_ptr<const Model> load_shared_network(const ModelRequest& request);

}  // namespace stip
