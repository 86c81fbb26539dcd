#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

#include "media/video_reader.h"

namespace stip::training {

/// Open decoders between two uses. One video needs as many readers as threads read it at a time,
/// and a data set may have thousands of videos; the pool keeps the few used last open, so that
/// neither decoding is serialised nor memory grows. Any thread.
class ReaderPool {
 public:
  explicit ReaderPool(std::size_t most_idle) : most_idle_(most_idle) {}

  /// The pool that all sources share; it lives as long as somebody holds it.
  static std::shared_ptr<ReaderPool> shared();

  /// An idle reader of this video, the one that gets to `frame` soonest, or a new one.
  std::unique_ptr<VideoReader> take(const std::shared_ptr<const VideoIndex>& index,
                                    std::int64_t frame);

  /// Hands a sound reader back. One that threw is simply dropped by its user.
  void give_back(std::unique_ptr<VideoReader> reader);

 private:
  const std::size_t most_idle_;
  std::mutex mutex_;
  std::list<std::unique_ptr<VideoReader>> idle_;  // used last first
};

}  // namespace stip::training
