#include "model_loading.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace stip::gst {
namespace {

struct Shared {
  std::mutex mutex;  // also held while loading: two elements of one model load it once
  std::map<std::string, std::weak_ptr<const Model>> models;
  std::mutex hashes_mutex;
  std::map<const Model*, std::string> hashes;  // of the newest at that address
  ModelLoader load = load_model;
};

Shared& shared() {
  static Shared instance;
  return instance;
}

// What makes two requests one model: the file as it is now, the device, the threads, the precision.
// A name is looked for in folders that the environment gives.
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
  key << '|' << settings.device << '|' << settings.threads << '|' << settings.precision;
  return key.str();
}

std::string hash_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "";
  const std::unique_ptr<GChecksum, void (*)(GChecksum*)> checksum(g_checksum_new(G_CHECKSUM_SHA256),
                                                                  g_checksum_free);
  std::vector<char> part(std::size_t{1} << 20);
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
    g_checksum_update(checksum.get(), reinterpret_cast<const guchar*>(part.data()),
                      static_cast<gssize>(file.gcount()));
  }
  return std::string(g_checksum_get_string(checksum.get())).substr(0, 16);
}

}  // namespace

std::string hash_of(const Model& model) {
  const std::lock_guard<std::mutex> lock(shared().hashes_mutex);
  const auto found = shared().hashes.find(&model);
  return found != shared().hashes.end() ? found->second : "";
}

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
  model = shared().load({settings.model, settings.device, settings.threads, settings.precision});
  known = model;
  const std::string& name = model->info().name;  // the path where there is one
  const std::string hash = hash_of_file(name);
  const std::lock_guard<std::mutex> hashes_lock(shared().hashes_mutex);
  shared().hashes[model.get()] = hash.empty() ? name : hash;
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
