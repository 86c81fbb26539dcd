#pragma once

#include <gst/video/video.h>

#include "gpu_memory.h"
#include "gst_ptr.h"

namespace stip::gst {

/// Frames of fixed caps in plain layout, or in the GPU's memory and its layout, used again when
/// downstream has released them. Never waits: the output queue bounds how many are on their way.
class FramePool {
 public:
  /// Caps in a GPU's memory need a GPU. Throws stip::Error.
  explicit FramePool(GstCaps* caps, const GpuPtr& gpu = nullptr);
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
