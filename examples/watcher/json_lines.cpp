#include "json_lines.h"

#include <nlohmann/json.hpp>

namespace watcher {
namespace {

// In the order given here, which people read more easily than the alphabet's.
using Json = nlohmann::ordered_json;

int pixels(const GstStructure* alarm, const char* field) {
  gint value = 0;
  gst_structure_get_int(alarm, field, &value);
  return value;
}

std::string iso8601(guint64 nanoseconds) {
  GDateTime* time = g_date_time_new_from_unix_utc(static_cast<gint64>(nanoseconds / GST_SECOND));
  gchar* text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
  const std::string result(text);
  g_free(text);
  g_date_time_unref(time);
  return result;
}

// A source may name its file in bytes that are no UTF-8: JSON has no other text.
std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string alarm_line(const GstStructure* alarm) {
  const bool start = g_strcmp0(gst_structure_get_string(alarm, "state"), "start") == 0;
  double score = 0;
  gst_structure_get_double(alarm, "score", &score);
  Json json = {
      {"event", start ? "alarm-start" : "alarm-end"},
      {"score", score},
      {"box",
       {pixels(alarm, "x"), pixels(alarm, "y"), pixels(alarm, "width"), pixels(alarm, "height")}}};
  guint64 time = 0;
  if (gst_structure_get_uint64(alarm, "stream-time", &time)) {
    json["seconds"] = static_cast<double>(time) / GST_SECOND;
  }
  if (gst_structure_get_uint64(alarm, "utc", &time)) json["utc"] = iso8601(time);
  return line(json);
}

std::string start_line(const std::string& source, const std::string& model, double threshold) {
  return line({{"event", "start"}, {"source", source}, {"model", model}, {"threshold", threshold}});
}

std::string end_line(guint64 frames, int alarms) {
  return line({{"event", "end"}, {"frames", frames}, {"alarms", alarms}});
}

}  // namespace watcher
