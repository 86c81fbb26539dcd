#pragma once

#include <gst/gst.h>

#include <memory>

#include "gst_ptr.h"
#include "picture_copy.h"

// Pictures in a GPU's memory (memory:CUDAMemory). What needs gstreamer-cuda is in a module of its
// own (gpu_module.h), opened for a model on a GPU: where that is not built there are no such
// pictures.
namespace stip::gst {

/// The GPU that a model runs on, as GStreamer knows it. Null where memory is the host's alone.
struct Gpu {
  int device = 0;
  std::shared_ptr<void> context;  ///< a GstCudaContext around the device's primary context
};
using GpuPtr = std::shared_ptr<const Gpu>;

/// Null for no device (-1), and where GStreamer cannot use it.
GpuPtr open_gpu(int device);

/// Neighbours that have no context of their own yet may take ours: memory is then of one context.
void offer_context(GstElement* element, const Gpu& gpu);
/// Whether it was a question for a CUDA context, which is answered.
bool answer_context(GstElement* element, GstQuery* query, const GpuPtr& gpu);

/// Of a fixed caps, or of the first alternative.
bool in_gpu_memory(const GstCaps* caps);
inline bool in_gpu_memory(GstBuffer* buffer) {
  return gst_buffer_n_memory(buffer) > 0 &&
         gst_memory_is_type(gst_buffer_peek_memory(buffer, 0), "gst.cuda.memory");
}
/// What is left of caps without GPUs' memory, and without the host's.
CapsPtr without_gpu_memory(const GstCaps* caps);
CapsPtr without_host_memory(const GstCaps* caps);

/// What maps a buffer's memory where it is.
inline GstMapFlags map_in_place(GstBuffer* buffer, GstMapFlags flags) {
  constexpr int kMapCuda = GST_MAP_FLAG_LAST << 1;  // gstreamer-cuda's GST_MAP_CUDA
  return in_gpu_memory(buffer) ? static_cast<GstMapFlags>(flags | kMapCuda) : flags;
}

/// Throws unless the buffer is in the memory of this GPU, in whatever context.
void check_gpu(GstBuffer* buffer, const Gpu& gpu);

/// A pool that is not configured yet; owned by the caller.
GstBufferPool* new_gpu_pool(const Gpu& gpu);

/// Copies rows in a GPU's memory, from whatever of its contexts; they are there after finish(). One
/// thread.
class GpuCopies {
 public:
  /// Into memory of the context of `target`.
  explicit GpuCopies(GstBuffer* target);
  ~GpuCopies();
  GpuCopies(const GpuCopies&) = delete;
  GpuCopies& operator=(const GpuCopies&) = delete;

  void rows(const RowBlock& block);
  void finish();

 private:
  bool failed_ = false;
};

/// Runs the body with what copies rows where `target` is, to be read and written by whoever gets it
/// then.
template <typename Body>
void copying_to(GstBuffer* target, Body&& body) {
  if (!in_gpu_memory(target)) return body(CopyRows(copy_rows_on_host));
  GpuCopies copies(target);
  body(CopyRows([&](const RowBlock& block) { copies.rows(block); }));
  copies.finish();
}

}  // namespace stip::gst
