#pragma once

/// What the pad templates list.

/// In the host's memory: every raw format with 8 bits a component, each sample in a byte of its own
/// at a place that GstVideoFrame tells, which GstVideoConverter reads and writes. That leaves out
/// formats in tiles (NV12_4L4 and others), with a palette (RGB8P), with fewer bits (RGB16) or more,
/// and IYU1, which has no fixed step from sample to sample; and two in which GStreamer 1.22 takes U
/// for V: VYUY (its description) and NV61 (its converter, in the last column of odd widths).
/// New ones come at the end: by the order chooses who can give any.
#define STIP_HOST_FORMATS                                                                 \
  "{ BGR, RGB, BGRx, RGBx, xRGB, xBGR, BGRA, RGBA, ARGB, ABGR, NV12, NV21, I420, YV12, "  \
  "YUY2, UYVY, GRAY8, YVYU, Y42B, Y444, NV16, NV24, Y41B, YUV9, YVU9, A420, AV12, AYUV, " \
  "VUYA, v308, IYU2, GBR, GBRA, RGBP, BGRP }"

/// In a GPU's memory: what both gstreamer-cuda and a network on a GPU know.
#define STIP_GPU_FORMATS "{ BGR, RGB, BGRx, RGBx, BGRA, RGBA, ARGB, ABGR, NV12, NV21, I420, YV12 }"
