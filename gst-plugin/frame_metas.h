#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// Copies the metas that hold for another picture of the same moment too (a reference time, an
/// application's own), and not those that describe the memory, the size or places in the picture.
void copy_metas(GstBuffer* from, GstBuffer* to);

/// Copies flags and times.
void copy_stamps(GstBuffer* from, GstBuffer* to);

}  // namespace stip::gst
