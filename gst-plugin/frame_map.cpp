#include "frame_map.h"

#include <algorithm>
#include <iterator>

#include "buffer_memory.h"
#include "device_layout.h"

namespace stip::gst {
namespace {

constexpr int kFewLines = 16;

GstVideoInfo bgr_info(const GstVideoInfo& like) {
  GstVideoInfo info;
  if (!gst_video_info_set_format(&info, GST_VIDEO_FORMAT_BGR,
                                 static_cast<guint>(GST_VIDEO_INFO_WIDTH(&like)),
                                 static_cast<guint>(GST_VIDEO_INFO_HEIGHT(&like)))) {
    throw Error(ErrorCode::kOutOfMemory, "The picture is too large to be converted.");
  }
  info.fps_n = like.fps_n;  // GstVideoConverter refuses to change it
  info.fps_d = like.fps_d;
  info.colorimetry = like.colorimetry;
  info.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  info.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_RGB;
  return info;
}

void copy_fourth_bytes(const GstVideoFrame* from, GstVideoFrame* to) {
  const int offset = fourth_byte(from);
  if (offset < 0) return;
  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT(from); ++y) {
    const auto* source = static_cast<const guint8*>(GST_VIDEO_FRAME_PLANE_DATA(from, 0)) +
                         y * GST_VIDEO_FRAME_PLANE_STRIDE(from, 0) + offset;
    auto* target = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(to, 0)) +
                   y * GST_VIDEO_FRAME_PLANE_STRIDE(to, 0) + offset;
    for (int x = 0; x < GST_VIDEO_FRAME_WIDTH(from); ++x) target[4 * x] = source[4 * x];
  }
}

}  // namespace

BgrPicture::BgrPicture(const GstVideoInfo& like) : info_(bgr_info(like)) {
  buffer_ = allocate_buffer(GST_VIDEO_INFO_SIZE(&info_));
  mapped_.emplace(info_, buffer_.get(), GST_MAP_READWRITE);
}

MutableFrameView BgrPicture::view() const {
  return {static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame(), 0)),
          GST_VIDEO_FRAME_WIDTH(frame()), GST_VIDEO_FRAME_HEIGHT(frame()),
          GST_VIDEO_FRAME_PLANE_STRIDE(frame(), 0), PixelOrder::kBgr};
}

FrameMap::FrameMap(const GstVideoInfo& info) : info_(info), newest_(info) { make_converters(); }

void FrameMap::make_converters() {
  to_bgr_ = make_converter(info_, newest_.info());
  from_bgr_ = make_converter(newest_.info(), info_);
}

FrameMap::Converter FrameMap::make_converter(const GstVideoInfo& from, const GstVideoInfo& to) {
  // GStreamer takes them non-const, and only reads. No options: the defaults are videoconvert's.
  Converter converter(gst_video_converter_new(const_cast<GstVideoInfo*>(&from),
                                              const_cast<GstVideoInfo*>(&to), nullptr));
  if (converter == nullptr) {
    throw Error(ErrorCode::kFailed, std::string("GStreamer cannot convert ") +
                                        GST_VIDEO_INFO_NAME(&from) + " to " +
                                        GST_VIDEO_INFO_NAME(&to) +
                                        " at this size; put videoconvert before stippredict.");
  }
  return converter;
}

FrameView FrameMap::to_bgr(const MappedFrame& frame) {
  // A converter (1.22) takes the last lines of one picture for the first of the next where they
  // have the same numbers, which happens in pictures of very few lines: those get new ones.
  if (GST_VIDEO_INFO_HEIGHT(&info_) <= kFewLines) make_converters();
  gst_video_converter_frame(to_bgr_.get(), frame.get(), newest_.frame());
  return newest_.view();
}

std::vector<MutableFrameView> FrameMap::futures(const std::vector<int>& horizons) {
  const auto wanted = [&](int horizon) {
    return std::find(horizons.begin(), horizons.end(), horizon) != horizons.end();
  };
  for (auto kept = futures_.begin(); kept != futures_.end();) {
    kept = wanted(kept->first) ? std::next(kept) : futures_.erase(kept);
  }
  std::vector<MutableFrameView> views;
  for (int horizon : horizons) {
    std::unique_ptr<BgrPicture>& picture = futures_[horizon];
    if (picture == nullptr) picture = std::make_unique<BgrPicture>(info_);
    if (views.size() < static_cast<std::size_t>(horizon)) {
      views.resize(static_cast<std::size_t>(horizon));
    }
    views[static_cast<std::size_t>(horizon) - 1] = picture->view();
  }
  return views;
}

void FrameMap::from_future(int horizon, const MappedFrame& newest, const MappedFrame& picture) {
  gst_video_converter_frame(from_bgr_.get(), futures_.at(horizon)->frame(), picture.get());
  copy_fourth_bytes(newest.get(), picture.get());
}

}  // namespace stip::gst
