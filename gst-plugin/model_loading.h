#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "settings.h"

namespace stip::gst {

/// Loads a model, or gives the one that this process has loaded already from the same file for the
/// same device. Throws stip::Error.
std::shared_ptr<const Model> load_shared(const ModelSettings& settings);

/// What tells this model from others: the first 16 digits of its file's SHA-256, or a built-in's
/// name. Of models that load_shared() gave; empty for others.
std::string hash_of(const Model& model);

/// What load_shared() loads by; tests put another one here before they start an element.
using ModelLoader = std::function<std::shared_ptr<const Model>(const ModelRequest&)>;
void set_model_loader(ModelLoader loader);

/// Loads models beside the running stream, one at a time; of requests that wait the newest wins.
class ModelSwap {
 public:
  using Work = std::function<void(const ModelSettings& settings)>;

  ~ModelSwap() { stop(); }

  /// From now on until stop(): requests are worked on, in a thread of their own.
  void start(Work work);
  void request(const ModelSettings& settings);
  /// Waits for what is being loaded.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<ModelSettings> wanted_;
  Work work_;
  bool active_ = false;
  std::thread thread_;
};

}  // namespace stip::gst
