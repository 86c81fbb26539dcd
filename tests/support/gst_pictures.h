#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gst_ptr.h"

/// Small pictures of any raw format, made and read through GstVideoFrame.
namespace stip::test {

using gst::BufferPtr;
using gst::CapsPtr;

constexpr int kFps = 25;
constexpr GstClockTime kStep = GST_SECOND / kFps;

/// Caps' info of progressive video at 25 frames a second.
GstVideoInfo video_info(GstVideoFormat format, int width, int height, int fps = kFps);
CapsPtr caps_of(const GstVideoInfo& info);

/// A picture that depends on `seed` alone: smooth (conversions of subsampled chroma keep it), other
/// at each place and for each seed. Stamped as frame `index` of the stream.
BufferPtr picture(const GstVideoInfo& info, int seed, int index);
/// Every byte of it the same.
BufferPtr flat_picture(const GstVideoInfo& info, int value, int index);
/// A picture as picture() makes it, with 13 unused bytes before the first plane and rows 16 bytes
/// (and a bit) longer than needed, as GstVideoMeta tells.
BufferPtr padded_picture(const GstVideoInfo& info, int seed, int index);

/// All samples, component by component, then the alpha or padding bytes of four-byte pixels.
std::vector<std::uint8_t> samples(const GstVideoInfo& info, GstBuffer* buffer);
/// How many of the samples, which are the first ones, are colours: neither alpha nor padding.
std::size_t colour_samples(const GstVideoInfo& info);
/// The samples of columns [first, first + count) of each component's luma grid; `first` even or
/// the format not subsampled.
std::vector<std::uint8_t> half(const GstVideoInfo& both, GstBuffer* buffer, bool right);

/// The largest difference of two equally long lists; 256 if they are not.
int largest_difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b);

/// Every byte of a buffer's memory, padding included.
std::vector<std::uint8_t> bytes(GstBuffer* buffer);

/// All formats of the pad templates.
const std::vector<GstVideoFormat>& all_formats();

}  // namespace stip::test
