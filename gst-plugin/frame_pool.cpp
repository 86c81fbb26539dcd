#include "frame_pool.h"

#include "stip/error.h"

namespace stip::gst {
namespace {

bool configure(GstBufferPool* pool, GstCaps* caps, const GstVideoInfo& info) {
  GstStructure* config = gst_buffer_pool_get_config(pool);
  gst_buffer_pool_config_set_params(config, caps, static_cast<guint>(GST_VIDEO_INFO_SIZE(&info)), 0,
                                    0);
  return gst_buffer_pool_set_config(pool, config) && gst_buffer_pool_set_active(pool, TRUE);
}

// Bytes between rows and planes are never written. They must be the same in every run, or files of
// raw video would differ: zero, once for each buffer, which is then marked.
void clear_once(GstBuffer* buffer) {
  static const GQuark cleared = g_quark_from_static_string("stip-cleared");
  GstMiniObject* object = GST_MINI_OBJECT_CAST(buffer);
  if (gst_mini_object_get_qdata(object, cleared) != nullptr) return;
  gst_buffer_memset(buffer, 0, 0, gst_buffer_get_size(buffer));
  gst_mini_object_set_qdata(object, cleared, buffer, nullptr);
}

}  // namespace

FramePool::FramePool(GstCaps* caps) : pool_(gst_video_buffer_pool_new()) {
  if (gst_video_info_from_caps(&info_, caps) && configure(pool_, caps, info_)) return;
  gst_object_unref(pool_);
  throw Error(ErrorCode::kFailed, "No frames of the output's format and size can be made.");
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
  clear_once(buffer);
  return BufferPtr(buffer);
}

}  // namespace stip::gst
