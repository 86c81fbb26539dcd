#pragma once

#include <gst/gst.h>

#include <string>

namespace watcher {

/// A `stippredict-anomaly` message as one line of JSON, without the line's end: "event"
/// ("alarm-start" or "alarm-end"), "score", "box" [x, y, width, height] in pixels, "seconds" of the
/// video, and "utc" where the source knows it.
std::string alarm_line(const GstStructure* alarm);

/// The first line: what is watched.
std::string start_line(const std::string& source, const std::string& model, double threshold);
/// The last line: frames seen, alarms begun.
std::string end_line(guint64 frames, int alarms);

}  // namespace watcher
