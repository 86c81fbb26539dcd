#pragma once

#include <gst/video/video.h>

#include "gpu_memory.h"
#include "stip/error.h"

namespace stip::gst {

/// A buffer's pixels, mapped for a scope; in a GPU's memory they are addresses of the GPU. Strides
/// and offsets come from the buffer's GstVideoMeta where it has one. Throws when the memory cannot
/// be mapped or is smaller than the picture.
class MappedFrame {
 public:
  /// Not `in_place`: where the CPU can read it.
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags,
              bool in_place = true) {
    if (in_place) flags = map_in_place(buffer, flags);
    if (!gst_video_frame_map(&frame_, &info, buffer, flags)) {
      throw Error(ErrorCode::kFailed,
                  "A video frame's memory does not hold the picture that its caps describe; check "
                  "the element before stippredict.");
    }
  }
  ~MappedFrame() { gst_video_frame_unmap(&frame_); }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;

  // GStreamer takes no const frames, also where it only reads.
  GstVideoFrame* get() const { return &frame_; }

 private:
  mutable GstVideoFrame frame_{};
};

/// Copies a picture between buffers where `to` is, in a GPU's memory or the host's; `from` is there
/// too, or (not `in_place`) where the CPU can read it.
inline void copy_frame(const GstVideoInfo& info, GstBuffer* from, GstBuffer* to,
                       bool in_place = true) {
  const MappedFrame source(info, from, GST_MAP_READ, in_place);
  const MappedFrame target(info, to, GST_MAP_WRITE);
  copying_to(
      to, [&](const CopyRows& copy_rows) { copy_picture(source.get(), target.get(), copy_rows); });
}

}  // namespace stip::gst
