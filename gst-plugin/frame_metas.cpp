#include "frame_metas.h"

#include <gst/video/video.h>

#include <initializer_list>

namespace stip::gst {
namespace {

bool holds_for_another_picture(const GstMetaInfo* info) {
  if (info->api == GST_VIDEO_META_API_TYPE) return false;
  for (const char* tag : {GST_META_TAG_MEMORY_STR, GST_META_TAG_VIDEO_SIZE_STR,
                          GST_META_TAG_VIDEO_ORIENTATION_STR, GST_META_TAG_VIDEO_COLORSPACE_STR}) {
    if (gst_meta_api_type_has_tag(info->api, g_quark_from_static_string(tag))) return false;
  }
  return true;
}

gboolean copy_meta(GstBuffer* from, GstMeta** meta, gpointer to) {
  const GstMetaInfo* info = (*meta)->info;
  if (info->transform_func == nullptr || !holds_for_another_picture(info)) return TRUE;
  GstMetaTransformCopy whole{FALSE, 0, static_cast<gsize>(-1)};
  info->transform_func(GST_BUFFER(to), *meta, from, _gst_meta_transform_copy, &whole);
  return TRUE;
}

}  // namespace

void copy_metas(GstBuffer* from, GstBuffer* to) { gst_buffer_foreach_meta(from, copy_meta, to); }

void copy_stamps(GstBuffer* from, GstBuffer* to) {
  constexpr auto kStamps =
      static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS);
  gst_buffer_copy_into(to, from, kStamps, 0, static_cast<gsize>(-1));
}

}  // namespace stip::gst
