#include "frame_map.h"

#include <algorithm>
#include <iterator>

#include "buffer_memory.h"
#include "component.h"
#include "device_layout.h"
#include "too_large.h"

namespace stip::gst {
namespace {

constexpr int kFewLines = 16;

GstVideoInfo bgr_info(const GstVideoInfo& like) {
  GstVideoInfo info;
  if (!gst_video_info_set_format(&info, GST_VIDEO_FORMAT_BGR,
                                 static_cast<guint>(GST_VIDEO_INFO_WIDTH(&like)),
                                 static_cast<guint>(GST_VIDEO_INFO_HEIGHT(&like)))) {
    throw Error(ErrorCode::kOutOfMemory, kTooLarge);
  }
  info.fps_n = like.fps_n;  // GstVideoConverter refuses to change it
  info.fps_d = like.fps_d;
  info.colorimetry = like.colorimetry;
  info.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  info.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_RGB;
  return info;
}

void copy_samples(const Component& from, const Component& to) {
  for (int y = 0; y < from.height; ++y) {
    const guint8* source = from.row(y);
    guint8* target = to.row(y);
    for (int x = 0; x < from.width; ++x) target[x * to.step] = source[x * from.step];
  }
}

// The byte of a four-byte pixel that no component has.
Component padding_of(const GstVideoFrame* frame) {
  Component padding(frame, 0);
  padding.data = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(frame, 0)) + fourth_byte(frame);
  return padding;
}

void copy_what_is_no_colour(const GstVideoFrame* from, GstVideoFrame* to) {
  constexpr int kAlpha = 3;
  if (GST_VIDEO_FRAME_N_COMPONENTS(from) > kAlpha) {
    copy_samples(Component(from, kAlpha), Component(to, kAlpha));
  } else if (fourth_byte(from) >= 0) {
    copy_samples(padding_of(from), padding_of(to));
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

FrameMap::FrameMap(const GstVideoInfo& info)
    : info_(info),
      newest_(info),
      to_bgr_(make_converter(info_, newest_.info())),
      from_bgr_(make_converter(newest_.info(), info_)) {}

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

// A converter (1.22) takes the last lines of one picture for the first of the next where they have
// the same numbers, which happens in pictures of very few lines: each of those gets a new one.
void FrameMap::convert(Converter& converter, const GstVideoFrame* from, GstVideoFrame* to) {
  if (GST_VIDEO_FRAME_HEIGHT(from) <= kFewLines) converter = make_converter(from->info, to->info);
  gst_video_converter_frame(converter.get(), from, to);
}

FrameView FrameMap::to_bgr(const MappedFrame& frame) {
  convert(to_bgr_, frame.get(), newest_.frame());
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
  convert(from_bgr_, futures_.at(horizon)->frame(), picture.get());
  copy_what_is_no_colour(newest.get(), picture.get());
}

}  // namespace stip::gst
