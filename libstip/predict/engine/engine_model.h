#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/thread_pool.h"
#include "predict/engine/network_weights.h"
#include "stip/predictor.h"

namespace stip::engine {

/// A network on the CPU without LibTorch: packed weights and threads, shared by its predictors, of
/// which one at a time runs.
class EngineModel : public Model {
 public:
  /// Reads a model file. Throws what SafetensorsReader and read_model_header() throw. threads: 0
  /// takes as many as there are processors.
  EngineModel(const std::string& path, int threads);
  /// A network that is in memory.
  EngineModel(const ModelConfig& config, const NamedWeights& weights, const std::string& name,
              int threads);

  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

  const NetworkWeights& weights() const { return weights_; }
  ThreadPool& pool() const { return pool_; }
  /// Held by whoever uses the pool.
  std::mutex& mutex() const { return mutex_; }

 private:
  void describe(const std::string& name);

  mutable ThreadPool pool_;
  mutable std::mutex mutex_;
  NetworkWeights weights_;
  ModelInfo info_;
};

/// The same, shared in the process while somebody holds it.
std::shared_ptr<const Model> load_shared_engine(const ModelRequest& request);

}  // namespace stip::engine
