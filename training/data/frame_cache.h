#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "data/frame_source.h"

namespace stip::training {

/// The decoded frames used last, up to a number of bytes. Any thread.
class FrameCache {
 public:
  explicit FrameCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// A number no other source of this cache has.
  std::uint64_t new_source();

  /// nullptr if it is not there.
  std::shared_ptr<const Image> get(std::uint64_t source, std::int64_t frame);

  /// Drops the frames used longest ago to make room; a frame larger than everything is not kept.
  void put(std::uint64_t source, std::int64_t frame, std::shared_ptr<const Image> image);

  std::size_t bytes() const;
  std::size_t most_bytes() const { return most_bytes_; }

 private:
  using Key = std::pair<std::uint64_t, std::int64_t>;
  struct Entry {
    Key key;
    std::shared_ptr<const Image> image;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::uint64_t next_source_ = 0;
  std::size_t bytes_ = 0;
  Entries entries_;  // used last first
  std::map<Key, Entries::iterator> found_;
};

/// A source with a cache in front: what the cache lacks is read in one go.
class CachedSource : public FrameSource {
 public:
  CachedSource(std::shared_ptr<FrameSource> source, std::shared_ptr<FrameCache> cache);

  const std::string& name() const override { return source_->name(); }
  std::int64_t count() const override { return source_->count(); }
  int width() const override { return source_->width(); }
  int height() const override { return source_->height(); }
  FrameRate frame_rate() const override { return source_->frame_rate(); }
  std::vector<Image> read(const std::vector<std::int64_t>& indices) override;
  std::vector<std::uint64_t> fingerprints() override { return source_->fingerprints(); }
  FramePlace place(std::int64_t index) const override { return source_->place(index); }

 private:
  std::shared_ptr<FrameSource> source_;
  std::shared_ptr<FrameCache> cache_;
  std::uint64_t id_;
};

}  // namespace stip::training
