#pragma once

#include <gst/video/video.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "gst_ptr.h"
#include "mapped_frame.h"
#include "stip/frame.h"

namespace stip::gst {

/// Packed BGR memory of our own, in the layout that both GStreamer and libstip read.
class BgrPicture {
 public:
  /// Full-range RGB with the primaries and transfer of `like`, as videoconvert would choose.
  explicit BgrPicture(const GstVideoInfo& like);

  const GstVideoInfo& info() const { return info_; }
  GstVideoFrame* frame() const { return mapped_->get(); }
  MutableFrameView view() const;

 private:
  GstVideoInfo info_;
  BufferPtr buffer_;
  std::optional<MappedFrame> mapped_;  // for as long as the picture lives
};

/// Pictures of the stream's format to BGR and back, colorimetry respected. One thread.
class FrameMap {
 public:
  explicit FrameMap(const GstVideoInfo& info);

  /// A frame of the stream in BGR; the view lasts until the next call.
  FrameView to_bgr(const MappedFrame& frame);

  /// Where predictions in BGR are to be written: one entry for each frame ahead up to the farthest
  /// of `horizons`, without data but for those. They last until the next call.
  std::vector<MutableFrameView> futures(const std::vector<int>& horizons);

  /// What was written for this horizon.
  FrameView future(int horizon) const { return futures_.at(horizon)->view(); }
  /// The same in the stream's format. Alpha and padding bytes, which no
  /// model predicts, are those of the newest frame.
  void from_future(int horizon, const MappedFrame& newest, const MappedFrame& picture);

 private:
  struct FreeConverter {
    void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
  };
  using Converter = std::unique_ptr<GstVideoConverter, FreeConverter>;

  static Converter make_converter(const GstVideoInfo& from, const GstVideoInfo& to);
  static void convert(Converter& converter, const GstVideoFrame* from, GstVideoFrame* to);

  GstVideoInfo info_;
  BgrPicture newest_;
  std::map<int, std::unique_ptr<BgrPicture>> futures_;  // by horizon; as many as are asked for
  Converter to_bgr_;
  Converter from_bgr_;
};

}  // namespace stip::gst
