#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// When a frame is, on every clock that a reader of a message may have. GST_CLOCK_TIME_NONE where
/// it is not known.
struct FrameMoment {
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  GstClockTime utc = GST_CLOCK_TIME_NONE;  ///< nanoseconds since 1970-01-01, of the capture
};

/// Of a buffer in its segment. UTC comes from a GstReferenceTimestampMeta in Unix or NTP time, as
/// rtspsrc and rtpjitterbuffer add it.
FrameMoment moment_of(GstBuffer* buffer, const GstSegment& segment);

}  // namespace stip::gst
