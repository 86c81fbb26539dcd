#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <memory>
#include <string>

#include "media/gst_support.h"
#include "media/image.h"

namespace stip::training {

/// The video format of a decoded frame; kCorrupt naming `path` if it has none.
GstVideoInfo video_info(GstSample* sample, const std::string& path);

/// A hash of the visible pixels, in the decoder's own format.
std::uint64_t fingerprint(GstSample* sample, const GstVideoInfo& info);

/// Turns decoded frames into BGR pictures as a `videoconvert` does. One thread at a time.
class BgrConverter {
 public:
  explicit BgrConverter(const GstVideoInfo& from);
  ~BgrConverter();
  BgrConverter(const BgrConverter&) = delete;
  BgrConverter& operator=(const BgrConverter&) = delete;

  bool takes(const GstVideoInfo& info) const { return gst_video_info_is_equal(&info, &from_); }
  Image convert(GstSample* sample);

 private:
  GstVideoInfo from_;
  GstVideoInfo to_;
  GstVideoConverter* converter_ = nullptr;
};

}  // namespace stip::training
