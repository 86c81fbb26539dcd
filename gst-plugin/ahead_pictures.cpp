#include "ahead_pictures.h"

#include <iterator>
#include <utility>

namespace stip::gst {
namespace {

GstClockTime distance(GstClockTime a, GstClockTime b) { return a > b ? a - b : b - a; }

}  // namespace

void AheadPictures::replace(GstClockTime source, std::vector<Entry> entries,
                            const PictureOrigin& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (origin == now_) put(source, &entries, origin);
}

void AheadPictures::extend(GstClockTime source, std::vector<Entry> entries,
                           const PictureOrigin& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (source != source_ || !(origin == now_)) return;
  entries_.insert(entries_.end(), std::make_move_iterator(entries.begin()),
                  std::make_move_iterator(entries.end()));
}

void AheadPictures::expect(const GstVideoInfo& info, bool on_gpu) {
  std::vector<Entry> released;  // after the lock: a buffer's release may call anybody
  const std::lock_guard<std::mutex> lock(mutex_);
  const PictureOrigin next = now_.looking(info, on_gpu);
  if (!(next == now_)) put(GST_CLOCK_TIME_NONE, &released, next);
}

void AheadPictures::restart(std::uint64_t epoch) {
  std::vector<Entry> released;
  const std::lock_guard<std::mutex> lock(mutex_);
  PictureOrigin next = now_;
  next.epoch = epoch;
  put(GST_CLOCK_TIME_NONE, &released, next);
}

// What was there before goes to `entries`.
void AheadPictures::put(GstClockTime source, std::vector<Entry>* entries,
                        const PictureOrigin& now) {
  source_ = source;
  now_ = now;
  entries_.swap(*entries);
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
  std::vector<Entry> released;
  const std::lock_guard<std::mutex> lock(mutex_);
  put(GST_CLOCK_TIME_NONE, &released, now_);
}

}  // namespace stip::gst
