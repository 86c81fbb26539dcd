#include "data/frame_cache.h"

namespace stip::training {

std::uint64_t FrameCache::new_source() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return next_source_++;
}

std::shared_ptr<const Image> FrameCache::get(std::uint64_t source, std::int64_t frame) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = found_.find({source, frame});
  if (found == found_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->image;
}

void FrameCache::put(std::uint64_t source, std::int64_t frame, std::shared_ptr<const Image> image) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Key key{source, frame};
  if (const auto old = found_.find(key); old != found_.end()) drop(old->second);
  const std::size_t size = image->pixels.size();
  if (size > most_bytes_) return;
  while (bytes_ + size > most_bytes_) drop(std::prev(entries_.end()));
  entries_.push_front({key, std::move(image)});
  found_[key] = entries_.begin();
  bytes_ += size;
}

std::size_t FrameCache::bytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

void FrameCache::drop(Entries::iterator entry) {
  bytes_ -= entry->image->pixels.size();
  found_.erase(entry->key);
  entries_.erase(entry);
}

CachedSource::CachedSource(std::shared_ptr<FrameSource> source, std::shared_ptr<FrameCache> cache)
    : source_(std::move(source)), cache_(std::move(cache)), id_(cache_->new_source()) {}

std::vector<Image> CachedSource::read(const std::vector<std::int64_t>& indices) {
  std::vector<Image> images(indices.size());
  std::vector<std::int64_t> missing;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (const auto image = cache_->get(id_, indices[i])) {
      images[i] = *image;
    } else {
      missing.push_back(indices[i]);
      places.push_back(i);
    }
  }
  if (missing.empty()) return images;
  std::vector<Image> read = source_->read(missing);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    cache_->put(id_, missing[i], std::make_shared<Image>(read[i]));
    images[places[i]] = std::move(read[i]);
  }
  return images;
}

}  // namespace stip::training
