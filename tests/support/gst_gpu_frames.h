#pragma once

#include <gst/cuda/gstcudabufferpool.h>
#include <gst/cuda/gstcudautils.h>
#include <gst/video/video.h>

#include <memory>

#include "gst_pictures.h"

namespace stip::test {

/// Frames in the memory of one CUDA context, made and read by a test.
class GpuFrames {
 public:
  /// In a context of its own on this device.
  GpuFrames(const GstVideoInfo& info, guint device);
  ~GpuFrames();
  GpuFrames(const GpuFrames&) = delete;
  GpuFrames& operator=(const GpuFrames&) = delete;

  CapsPtr caps() const;
  /// The same picture, stamps included, and nothing left to be uploaded.
  BufferPtr upload(const BufferPtr& picture) const;

 private:
  GstVideoInfo info_;
  GstCudaContext* context_;
  GstBufferPool* pool_;
};

/// Caps with the feature memory:CUDAMemory.
CapsPtr gpu_caps_of(const GstVideoInfo& info);
bool is_on_gpu(GstBuffer* buffer);

}  // namespace stip::test
