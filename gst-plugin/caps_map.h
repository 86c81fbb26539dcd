#pragma once

#include <gst/gst.h>

#include "gst_ptr.h"

namespace stip::gst {

/// The caps of two pictures beside each other, for pictures of these caps (fixed or not). Widths
/// that cannot be doubled are left out.
CapsPtr double_width(const GstCaps* caps);

/// The other way: the caps of one picture of two. Odd widths are left out: nothing fits them.
CapsPtr halve_width(const GstCaps* caps);

}  // namespace stip::gst
