#include "predict/model_store.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <tuple>

namespace stip {

std::shared_ptr<const Model> shared_model(
    const ModelRequest& request, const std::string& engine,
    const std::function<std::shared_ptr<const Model>()>& make) {
  struct stat file {};
  // A file that is not there has no identity; loading it reports why.
  if (stat(request.model.c_str(), &file) != 0) return make();
  using Key =
      std::tuple<dev_t, ino_t, off_t, time_t, long, std::string, int, std::string, std::string>;
  const Key key{file.st_dev,         file.st_ino,          file.st_size,
                file.st_mtim.tv_sec, file.st_mtim.tv_nsec, request.device,
                request.threads,     request.precision,    engine};
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const Model>> store;
  const std::lock_guard<std::mutex> lock(mutex);
  if (auto model = store[key].lock()) return model;
  auto model = make();
  store[key] = model;
  return model;
}

}  // namespace stip
