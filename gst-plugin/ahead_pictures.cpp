#include "ahead_pictures.h"

#include <iterator>
#include <utility>

namespace stip::gst {
namespace {

GstClockTime distance(GstClockTime a, GstClockTime b) { return a > b ? a - b : b - a; }

}  // namespace

void AheadPictures::replace(GstClockTime source, std::vector<Entry> entries) {
  const std::lock_guard<std::mutex> lock(mutex_);
  source_ = source;
  entries_.swap(entries);
}

void AheadPictures::extend(GstClockTime source, std::vector<Entry> entries) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (source != source_) return;
  entries_.insert(entries_.end(), std::make_move_iterator(entries.begin()),
                  std::make_move_iterator(entries.end()));
}

int AheadPictures::count(GstClockTime source) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return source == source_ ? static_cast<int>(entries_.size()) : 0;
}

BufferPtr AheadPictures::find(GstClockTime pts, GstClockTime tolerance) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Entry* nearest = nullptr;
  for (const Entry& entry : entries_) {
    const GstClockTime away = distance(entry.pts, pts);
    if (away > tolerance) continue;
    if (nearest == nullptr || away < distance(nearest->pts, pts)) nearest = &entry;
  }
  return nearest != nullptr ? share(nearest->picture.get()) : nullptr;
}

void AheadPictures::clear() {
  std::vector<Entry> released;  // after the lock: a buffer's release may call anybody
  const std::lock_guard<std::mutex> lock(mutex_);
  source_ = GST_CLOCK_TIME_NONE;
  entries_.swap(released);
}

}  // namespace stip::gst
