#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// The time of this machine, which no pipeline's clock changes: for how long something took.
inline GstClockTime monotonic_now() {
  return static_cast<GstClockTime>(g_get_monotonic_time()) * GST_USECOND;
}

}  // namespace stip::gst
