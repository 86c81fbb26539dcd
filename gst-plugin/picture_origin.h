#pragma once

#include <gst/video/video.h>

#include <cstdint>

namespace stip::gst {

/// Where a prediction comes from. Whoever makes them may be behind whoever shows them: one of the
/// time before a flush, of another size, or in another memory is not to be shown.
struct PictureOrigin {
  std::uint64_t epoch = 0;  ///< flushes before it
  GstVideoFormat format = GST_VIDEO_FORMAT_UNKNOWN;
  int width = 0;
  int height = 0;
  bool on_gpu = false;

  bool operator==(const PictureOrigin& other) const {
    return epoch == other.epoch && format == other.format && width == other.width &&
           height == other.height && on_gpu == other.on_gpu;
  }
  /// The same time, frames that look like this.
  PictureOrigin looking(const GstVideoInfo& info, bool is_on_gpu = false) const {
    return {epoch, GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_INFO_WIDTH(&info),
            GST_VIDEO_INFO_HEIGHT(&info), is_on_gpu};
  }
};

}  // namespace stip::gst
