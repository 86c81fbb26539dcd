#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/precision.h"
#include "base/thread_pool.h"
#include "predict/engine/byte_weights.h"
#include "stip/predictor.h"

namespace stip::engine {

/// A network on the CPU without LibTorch: packed weights and threads, shared by its predictors, of
/// which one at a time runs.
class EngineModel : public Model {
 public:
  /// Reads a model file. Throws what SafetensorsReader and read_model_header() throw, and what
  /// choose_precision() does. threads: 0 takes as many as there are processors.
  EngineModel(const std::string& path, int threads, Precision precision);
  /// A network that is in memory, in single precision.
  EngineModel(const ModelConfig& config, const NamedWeights& weights, const std::string& name,
              int threads);

  const ModelInfo& info() const override { return info_; }
  std::unique_ptr<Predictor> make_predictor(const PredictorOptions& options) const override;

  const NetworkWeights& weights() const { return weights_; }
  /// The dense stages in int8; null in single precision.
  const ByteWeights* bytes() const { return bytes_ ? &*bytes_ : nullptr; }
  ThreadPool& pool() const { return pool_; }
  /// Held by whoever uses the pool.
  std::mutex& mutex() const { return mutex_; }

 private:
  void describe(const std::string& name);

  mutable ThreadPool pool_;
  mutable std::mutex mutex_;
  NetworkWeights weights_;
  std::optional<ByteWeights> bytes_;
  ModelInfo info_;
};

/// The same, shared in the process while somebody holds it.
std::shared_ptr<const Model> load_shared_engine(const ModelRequest& request);

}  // namespace stip::engine
