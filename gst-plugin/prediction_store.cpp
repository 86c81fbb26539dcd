#include "prediction_store.h"

#include <algorithm>
#include <utility>

namespace stip::gst {
namespace {

GstClockTime distance(GstClockTime a, GstClockTime b) { return a > b ? a - b : b - a; }

}  // namespace

void PredictionStore::put(GstClockTime target, BufferPtr picture) {
  entries_.push_back({target, std::move(picture)});
}

BufferPtr PredictionStore::take(GstClockTime pts, GstClockTime tolerance) {
  Entry* nearest = nullptr;
  for (Entry& entry : entries_) {
    const GstClockTime away = distance(entry.target, pts);
    if (away > tolerance) continue;
    if (nearest == nullptr || away <= distance(nearest->target, pts)) nearest = &entry;
  }
  BufferPtr picture = nearest == nullptr ? nullptr : std::move(nearest->picture);
  const auto stale = [&](const Entry& entry) { return !entry.picture || entry.target <= pts; };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), stale), entries_.end());
  return picture;
}

}  // namespace stip::gst
