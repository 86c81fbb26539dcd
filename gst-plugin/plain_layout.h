#pragma once

#include <gst/video/video.h>

#include "gst_ptr.h"

namespace stip::gst {

/// Whether the planes lie where the caps alone say, so that an element which does not read
/// GstVideoMeta understands the buffer.
bool has_plain_layout(GstBuffer* buffer, const GstVideoInfo& info);

/// The same picture, stamps and flags in plain layout. Throws stip::Error.
BufferPtr plain_copy(GstBuffer* buffer, const GstVideoInfo& info);

}  // namespace stip::gst
