#pragma once

#include <gst/video/video.h>

#include "stip/device_frame.h"

namespace stip::gst {

/// A mapped frame of one of the formats that a GPU's memory is offered for, as the network on that
/// GPU reads and writes it: where its components are, and what their values stand for.
DeviceFrame device_frame(const GstVideoFrame* frame);

/// Where in a four-byte pixel the byte is that holds no colour; -1: nowhere.
int fourth_byte(const GstVideoFrame* frame);

}  // namespace stip::gst
