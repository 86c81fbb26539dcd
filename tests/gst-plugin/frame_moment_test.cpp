#include "frame_moment.h"

#include <gtest/gtest.h>

#include "gst_ptr.h"

namespace stip::gst {
namespace {

constexpr GstClockTime kUnix = G_GUINT64_CONSTANT(1700000000) * GST_SECOND;

GstSegment segment_from(GstClockTime start, GstClockTime time, GstClockTime base) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = start;
  segment.time = time;
  segment.base = base;
  return segment;
}

BufferPtr buffer_at(GstClockTime pts) {
  BufferPtr buffer(gst_buffer_new());
  GST_BUFFER_PTS(buffer.get()) = pts;
  return buffer;
}

void refer(GstBuffer* buffer, const char* clock, GstClockTime time) {
  const CapsPtr caps(gst_caps_new_empty_simple(clock));
  gst_buffer_add_reference_timestamp_meta(buffer, caps.get(), time, GST_CLOCK_TIME_NONE);
}

TEST(FrameMoment, IsOnEveryClock) {
  const GstSegment segment = segment_from(10 * GST_SECOND, 3 * GST_SECOND, 100 * GST_SECOND);
  const BufferPtr buffer = buffer_at(12 * GST_SECOND);
  refer(buffer.get(), "timestamp/x-unix", kUnix);
  const FrameMoment moment = moment_of(buffer.get(), segment);
  EXPECT_EQ(moment.pts, 12 * GST_SECOND);
  EXPECT_EQ(moment.running_time, 102 * GST_SECOND);
  EXPECT_EQ(moment.stream_time, 5 * GST_SECOND);
  EXPECT_EQ(moment.utc, kUnix);
}

TEST(FrameMoment, ReadsNtpTimeOfReceivers) {
  const BufferPtr buffer = buffer_at(0);
  refer(buffer.get(), "timestamp/x-ntp", kUnix + G_GUINT64_CONSTANT(2208988800) * GST_SECOND);
  EXPECT_EQ(moment_of(buffer.get(), segment_from(0, 0, 0)).utc, kUnix);
}

TEST(FrameMoment, SaysNothingThatItDoesNotKnow) {
  const GstSegment segment = segment_from(0, 0, 0);
  EXPECT_EQ(moment_of(buffer_at(5).get(), segment).utc, GST_CLOCK_TIME_NONE);
  const BufferPtr foreign = buffer_at(5);
  refer(foreign.get(), "timestamp/x-ptp", 77);
  EXPECT_EQ(moment_of(foreign.get(), segment).utc, GST_CLOCK_TIME_NONE);
  const FrameMoment none = moment_of(buffer_at(GST_CLOCK_TIME_NONE).get(), segment);
  EXPECT_EQ(none.pts, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(none.running_time, GST_CLOCK_TIME_NONE);
}

}  // namespace
}  // namespace stip::gst
