#pragma once

#include <gst/video/video.h>

#include <cstdint>

namespace stip::gst {

/// Where a prediction comes from. Whoever makes them may be behind whoever shows them: one of the
/// time before a flush, or of another size, is not to be shown.
struct PictureOrigin {
  std::uint64_t epoch = 0;  ///< flushes before it
  GstVideoFormat format = GST_VIDEO_FORMAT_UNKNOWN;
  int width = 0;
  int height = 0;

  bool operator==(const PictureOrigin& other) const {
    return epoch == other.epoch && format == other.format && width == other.width &&
           height == other.height;
  }
  /// The same time, frames that look like this.
  PictureOrigin looking(const GstVideoInfo& info) const {
    return {epoch, GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_INFO_WIDTH(&info),
            GST_VIDEO_INFO_HEIGHT(&info)};
  }
};

}  // namespace stip::gst
