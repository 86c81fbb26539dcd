#include "model_loading.h"

#include <sys/stat.h>

#include <cstdlib>
#include <map>
#include <sstream>

namespace stip::gst {
namespace {

struct Shared {
  std::mutex mutex;  // also held while loading: two elements of one model load it once
  std::map<std::string, std::weak_ptr<const Model>> models;
  ModelLoader load = load_model;
};

Shared& shared() {
  static Shared instance;
  return instance;
}

// What makes two requests one model: the file as it is now, the device, the threads. A name is
// looked for in folders that the environment gives.
std::string identity(const ModelSettings& settings) {
  std::ostringstream key;
  struct stat file {};
  if (stat(settings.model.c_str(), &file) == 0) {
    key << file.st_dev << ':' << file.st_ino << ':' << file.st_size << ':' << file.st_mtim.tv_sec
        << '.' << file.st_mtim.tv_nsec;
  } else {
    const char* path = std::getenv("STIP_MODEL_PATH");
    key << settings.model << ':' << (path != nullptr ? path : "");
  }
  key << '|' << settings.device << '|' << settings.threads;
  return key.str();
}

}  // namespace

void set_model_loader(ModelLoader loader) {
  const std::lock_guard<std::mutex> lock(shared().mutex);
  shared().load = loader != nullptr ? std::move(loader) : ModelLoader(load_model);
}

std::shared_ptr<const Model> load_shared(const ModelSettings& settings) {
  const std::string key = identity(settings);
  const std::lock_guard<std::mutex> lock(shared().mutex);
  std::weak_ptr<const Model>& known = shared().models[key];
  std::shared_ptr<const Model> model = known.lock();
  if (model != nullptr) return model;
  model = shared().load({settings.model, settings.device, settings.threads});
  known = model;
  return model;
}

void ModelSwap::start(Work work) {
  stop();
  const std::lock_guard<std::mutex> lock(mutex_);
  work_ = std::move(work);
  active_ = true;
}

void ModelSwap::request(const ModelSettings& settings) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!active_) return;
  wanted_ = settings;
  wake_.notify_one();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void ModelSwap::stop() {
  std::thread ended;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    active_ = false;
    wanted_.reset();
    wake_.notify_one();
    ended.swap(thread_);
  }
  if (ended.joinable()) ended.join();
}

void ModelSwap::run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return wanted_.has_value() || !active_; });
    if (!active_) return;
    const ModelSettings settings = *wanted_;
    wanted_.reset();
    lock.unlock();
    work_(settings);
    lock.lock();
  }
}

}  // namespace stip::gst
