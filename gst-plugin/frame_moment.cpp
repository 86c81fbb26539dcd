#include "frame_moment.h"

#include <memory>

#include "gst_ptr.h"

namespace stip::gst {
namespace {

constexpr GstClockTime kNtpToUnix = G_GUINT64_CONSTANT(2208988800) * GST_SECOND;  // 1900 to 1970

GstClockTime reference(GstBuffer* buffer, const char* media_type) {
  const CapsPtr caps(gst_caps_new_empty_simple(media_type));
  const GstReferenceTimestampMeta* meta =
      gst_buffer_get_reference_timestamp_meta(buffer, caps.get());
  return meta == nullptr ? GST_CLOCK_TIME_NONE : meta->timestamp;
}

GstClockTime utc_of(GstBuffer* buffer) {
  const GstClockTime unix_time = reference(buffer, "timestamp/x-unix");
  if (GST_CLOCK_TIME_IS_VALID(unix_time)) return unix_time;
  const GstClockTime ntp = reference(buffer, "timestamp/x-ntp");
  if (!GST_CLOCK_TIME_IS_VALID(ntp) || ntp < kNtpToUnix) return GST_CLOCK_TIME_NONE;
  return ntp - kNtpToUnix;
}

}  // namespace

FrameMoment moment_of(GstBuffer* buffer, const GstSegment& segment) {
  FrameMoment moment;
  moment.pts = GST_BUFFER_PTS(buffer);
  moment.utc = utc_of(buffer);
  if (!GST_CLOCK_TIME_IS_VALID(moment.pts) || segment.format != GST_FORMAT_TIME) return moment;
  moment.running_time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, moment.pts);
  moment.stream_time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, moment.pts);
  return moment;
}

}  // namespace stip::gst
