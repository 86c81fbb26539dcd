#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// The pad that takes the video in; floating.
GstPad* new_sink_pad(GstStaticPadTemplate* pad_template);

}  // namespace stip::gst
