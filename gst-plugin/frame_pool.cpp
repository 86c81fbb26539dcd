#include "frame_pool.h"

#include <new>

#include "buffer_memory.h"
#include "gpu_limits.h"
#include "stip/error.h"
#include "too_large.h"

// Only the allocation is ours: GStreamer's pools end the process when memory runs out.
struct GstStipBufferPool {
  GstBufferPool parent;
  gsize size;
};
struct GstStipBufferPoolClass {
  GstBufferPoolClass parent_class;
};

static GType gst_stip_buffer_pool_get_type();
G_DEFINE_TYPE(GstStipBufferPool, gst_stip_buffer_pool, GST_TYPE_BUFFER_POOL)

// Bytes between rows and planes are never written. They must be the same in every run, or files of
// raw video would differ: a new buffer is zero.
static GstFlowReturn gst_stip_buffer_pool_alloc(GstBufferPool* pool, GstBuffer** buffer,
                                                GstBufferPoolAcquireParams*) {
  try {
    const gsize size = reinterpret_cast<GstStipBufferPool*>(pool)->size;
    *buffer = stip::gst::allocate_buffer(size).release();
  } catch (const std::bad_alloc&) {
    return GST_FLOW_ERROR;
  }
  return GST_FLOW_OK;
}

static void gst_stip_buffer_pool_class_init(GstStipBufferPoolClass* klass) {
  GST_BUFFER_POOL_CLASS(klass)->alloc_buffer = gst_stip_buffer_pool_alloc;
}

static void gst_stip_buffer_pool_init(GstStipBufferPool*) {}

namespace stip::gst {
namespace {

GstBufferPool* new_host_pool(gsize size) {
  auto* pool =
      static_cast<GstStipBufferPool*>(g_object_new(gst_stip_buffer_pool_get_type(), nullptr));
  gst_object_ref_sink(pool);
  pool->size = size;
  return &pool->parent;
}

GstBufferPool* new_pool(const GstCaps* caps, gsize size, const GpuPtr& gpu) {
  if (!in_gpu_memory(caps)) return new_host_pool(size);
  if (gpu == nullptr) {
    throw Error(ErrorCode::kInvalidArgument, gpu_memory_problem({}));
  }
  return new_gpu_pool(*gpu);
}

bool configure(GstBufferPool* pool, GstCaps* caps, const GstVideoInfo& info) {
  GstStructure* config = gst_buffer_pool_get_config(pool);
  gst_buffer_pool_config_set_params(config, caps, static_cast<guint>(GST_VIDEO_INFO_SIZE(&info)), 0,
                                    0);
  if (in_gpu_memory(caps)) {
    gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  }
  return gst_buffer_pool_set_config(pool, config) && gst_buffer_pool_set_active(pool, TRUE);
}

}  // namespace

FramePool::FramePool(GstCaps* caps, const GpuPtr& gpu) {
  if (gst_video_info_from_caps(&info_, caps)) {
    pool_ = new_pool(caps, GST_VIDEO_INFO_SIZE(&info_), gpu);
    if (configure(pool_, caps, info_)) return;
    gst_object_unref(pool_);
    if (gpu != nullptr && in_gpu_memory(caps)) {  // it makes a frame to know its layout
      throw Error(ErrorCode::kOutOfMemory,
                  "There is not enough GPU memory for this video; use a smaller picture.");
    }
  }
  throw Error(ErrorCode::kFailed, kTooLarge);
}

FramePool::~FramePool() {
  gst_buffer_pool_set_active(pool_, FALSE);
  gst_object_unref(pool_);
}

BufferPtr FramePool::acquire() {
  GstBuffer* buffer = nullptr;
  if (gst_buffer_pool_acquire_buffer(pool_, &buffer, nullptr) != GST_FLOW_OK) {
    throw Error(ErrorCode::kOutOfMemory, "There is no memory for another predicted frame.");
  }
  return BufferPtr(buffer);
}

}  // namespace stip::gst
