#include "messages.h"

namespace stip::gst {
namespace {

void set_time(GstStructure* message, const char* name, GstClockTime time) {
  if (!GST_CLOCK_TIME_IS_VALID(time)) return;
  gst_structure_set(message, name, G_TYPE_UINT64, time, nullptr);
}

void set_moment(GstStructure* message, const FrameMoment& moment) {
  set_time(message, "pts", moment.pts);
  set_time(message, "running-time", moment.running_time);
  set_time(message, "stream-time", moment.stream_time);
  set_time(message, "utc", moment.utc);
}

}  // namespace

GstStructure* anomaly_message(const AlarmEvent& event) {
  // clang-format off
  GstStructure* message = gst_structure_new("stippredict-anomaly",
      "state", G_TYPE_STRING, event.start ? "start" : "end",
      "score", G_TYPE_DOUBLE, event.score,
      "x", G_TYPE_INT, event.box.x,
      "y", G_TYPE_INT, event.box.y,
      "width", G_TYPE_INT, event.box.width,
      "height", G_TYPE_INT, event.box.height,
      nullptr);
  // clang-format on
  set_moment(message, event.moment);
  return message;
}

GstStructure* bypass_message(bool bypassed, const FrameMoment& moment) {
  GstStructure* message =
      gst_structure_new("stippredict-bypass", "bypassed", G_TYPE_BOOLEAN, bypassed, nullptr);
  set_moment(message, moment);
  return message;
}

}  // namespace stip::gst
