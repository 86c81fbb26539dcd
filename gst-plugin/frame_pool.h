#pragma once

#include <gst/video/video.h>

#include "gst_ptr.h"

namespace stip::gst {

/// Frames of fixed caps in plain layout, used again when downstream has released them. Never waits:
/// the output queue bounds how many are on their way.
class FramePool {
 public:
  explicit FramePool(GstCaps* caps);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  const GstVideoInfo& info() const { return info_; }
  /// Throws stip::Error when memory runs out.
  BufferPtr acquire();

 private:
  GstVideoInfo info_{};
  GstBufferPool* pool_ = nullptr;
};

}  // namespace stip::gst
