#include "data/reader_pool.h"

#include <cstdlib>
#include <limits>
#include <utility>

namespace stip::training {
namespace {

// A decoder of full-HD video holds some tens of megabytes.
constexpr std::size_t kMostIdle = 8;

}  // namespace

std::shared_ptr<ReaderPool> ReaderPool::shared() {
  static std::mutex mutex;
  static std::weak_ptr<ReaderPool> pool;
  const std::lock_guard<std::mutex> lock(mutex);
  std::shared_ptr<ReaderPool> held = pool.lock();
  if (!held) pool = held = std::make_shared<ReaderPool>(kMostIdle);
  return held;
}

std::unique_ptr<VideoReader> ReaderPool::take(const std::shared_ptr<const VideoIndex>& index,
                                              std::int64_t frame) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto best = idle_.end();
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (auto it = idle_.begin(); it != idle_.end(); ++it) {
      if ((*it)->index() != index) continue;
      const std::int64_t ahead = frame - (*it)->position();
      // Going back always costs a seek, as much as any long way forward.
      const std::int64_t cost = ahead >= 0 ? ahead : std::numeric_limits<std::int64_t>::max() - 1;
      if (cost >= least) continue;
      least = cost;
      best = it;
    }
    if (best != idle_.end()) {
      std::unique_ptr<VideoReader> reader = std::move(*best);
      idle_.erase(best);
      return reader;
    }
  }
  return std::make_unique<VideoReader>(index);
}

void ReaderPool::give_back(std::unique_ptr<VideoReader> reader) {
  // Declared before the lock, so closed after it is released: closing joins threads.
  std::unique_ptr<VideoReader> surplus;
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_front(std::move(reader));
  if (idle_.size() > most_idle_) {
    surplus = std::move(idle_.back());
    idle_.pop_back();
  }
}

}  // namespace stip::training
