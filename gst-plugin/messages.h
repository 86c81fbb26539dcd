#pragma once

#include <gst/gst.h>

#include "anomaly_alarm.h"

namespace stip::gst {

/// What element messages of stippredict say. Names and fields are API. The caller owns what is
/// returned, and posts it with gst_message_new_element() while it holds no lock.

/// `stippredict-anomaly`:
///   state         string   "start" | "end"
///   score         double   see AnomalyScorer; at the end the largest of the alarm
///   x, y, width, height  int  box in pixels of the input, where the score was that
///   pts, running-time, stream-time  guint64  ns, of the frame that began or ended it
///   utc           guint64  ns since 1970-01-01: when that frame was taken
/// Times that are not known have no field.
GstStructure* anomaly_message(const AlarmEvent& event);

/// `stippredict-bypass`: predictions are replaced by the newest frame from this one on, or no more.
///   bypassed      boolean
///   pts, running-time, stream-time, utc  as above
GstStructure* bypass_message(bool bypassed, const FrameMoment& moment);

}  // namespace stip::gst
