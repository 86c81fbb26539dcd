#include "plain_layout.h"

#include "buffer_memory.h"
#include "frame_metas.h"
#include "mapped_frame.h"

namespace stip::gst {
bool has_plain_layout(GstBuffer* buffer, const GstVideoInfo& info) {
  const GstVideoMeta* meta = gst_buffer_get_video_meta(buffer);
  if (meta == nullptr) return true;
  for (guint plane = 0; plane < meta->n_planes; ++plane) {
    if (meta->offset[plane] != GST_VIDEO_INFO_PLANE_OFFSET(&info, plane)) return false;
    if (meta->stride[plane] != GST_VIDEO_INFO_PLANE_STRIDE(&info, plane)) return false;
  }
  return true;
}

BufferPtr plain_copy(GstBuffer* buffer, const GstVideoInfo& info) {
  BufferPtr copy = allocate_buffer(GST_VIDEO_INFO_SIZE(&info));  // zero: what lies between rows
  copy_frame(info, buffer, copy.get());
  copy_stamps(buffer, copy.get());
  return copy;
}

}  // namespace stip::gst
