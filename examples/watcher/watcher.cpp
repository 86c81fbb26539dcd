#include "watcher.h"

#include <cstdio>
#include <sstream>

#include "json_lines.h"
#include "recording.h"

namespace watcher {
namespace {

constexpr guint kPatience = 5;  // seconds

void print(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);  // who reads the lines acts on them now
}

std::string uri_of(const std::string& source) {
  if (gst_uri_is_valid(source.c_str())) return source;
  GError* error = nullptr;
  gchar* uri = gst_filename_to_uri(source.c_str(), &error);
  if (uri == nullptr) {
    g_clear_error(&error);
    throw Failure("'" + source + "' is neither a file nor an address.");
  }
  const std::string result(uri);
  g_free(uri);
  return result;
}

// GLib warns of a number out of range, and goes on with another.
void check_threshold(GstElement* predict, double threshold) {
  GObjectClass* element = G_OBJECT_GET_CLASS(predict);
  const auto* range =
      G_PARAM_SPEC_DOUBLE(g_object_class_find_property(element, "anomaly-threshold"));
  if (threshold >= range->minimum && threshold <= range->maximum) return;
  std::ostringstream text;
  text << "--threshold is " << threshold << "; give a score from " << range->minimum << " to "
       << range->maximum << ", e.g. 1.2: a fifth above anything normal.";
  throw Failure(text.str());
}

const GstStructure* first_structure(const GstCaps* caps) {
  return caps != nullptr && gst_caps_get_size(caps) > 0 ? gst_caps_get_structure(caps, 0) : nullptr;
}

// Of what a pad carries: video, as it is or in RTP packets.
bool is_video(const GstCaps* caps) {
  const GstStructure* structure = first_structure(caps);
  if (structure == nullptr) return false;
  if (gst_structure_has_name(structure, "application/x-rtp")) {
    return g_strcmp0(gst_structure_get_string(structure, "media"), "video") == 0;
  }
  return g_str_has_prefix(gst_structure_get_name(structure), "video/");
}

GstCaps* caps_of(GstPad* pad) {
  GstCaps* caps = gst_pad_get_current_caps(pad);
  return caps != nullptr ? caps : gst_pad_query_caps(pad, nullptr);
}

// Links with the element's sink pad, unless that is linked already.
bool link_to(GstPad* pad, GstElement* element) {
  GstPad* sink = gst_element_get_static_pad(element, "sink");
  const bool linked = !gst_pad_is_linked(sink) && gst_pad_link(pad, sink) == GST_PAD_LINK_OK;
  gst_object_unref(sink);
  return linked;
}

}  // namespace

Watcher::Watcher(const Options& options) : options_(options) {
  const std::string uri = uri_of(options.source);
  check_recording(uri, options.record);
  pipeline_ = gst_pipeline_new("watcher");
  loop_ = g_main_loop_new(nullptr, FALSE);
  try {
    GstElement* source = add("urisourcebin");
    parse_ = add("parsebin");
    tee_ = add("tee");
    GstElement* queue = add("queue");
    GstElement* decode = add("decodebin");
    GstElement* convert = add("videoconvert");
    predict_ = add("stippredict");
    check_threshold(predict_, options.threshold);
    GstElement* sink = add("fakesink");
    g_object_set(source, "uri", uri.c_str(), nullptr);
    g_object_set(predict_, "model", options.model.c_str(), "anomaly-threshold", options.threshold,
                 nullptr);
    gst_util_set_object_arg(G_OBJECT(predict_), "output", "original");
    g_signal_connect(source, "pad-added", G_CALLBACK(source_pad), this);
    g_signal_connect(parse_, "pad-added", G_CALLBACK(parsed_pad), this);
    g_signal_connect(decode, "pad-added", G_CALLBACK(+[](GstElement*, GstPad* pad, gpointer next) {
                       link_to(pad, GST_ELEMENT(next));
                     }),
                     convert);
    gst_element_link_many(tee_, queue, decode, nullptr);
    gst_element_link_many(convert, predict_, sink, nullptr);
    if (!options.record.empty()) record(options.record);
  } catch (...) {
    gst_object_unref(pipeline_);
    g_main_loop_unref(loop_);
    throw;
  }
  GstBus* bus = gst_element_get_bus(pipeline_);
  gst_bus_add_watch(bus, bus_message, this);
  gst_object_unref(bus);
}

Watcher::~Watcher() {
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  GstBus* bus = gst_element_get_bus(pipeline_);
  gst_bus_remove_watch(bus);
  gst_object_unref(bus);
  gst_object_unref(pipeline_);
  g_main_loop_unref(loop_);
}

GstElement* Watcher::add(const char* factory) {
  GstElement* element = gst_element_factory_make(factory, nullptr);
  if (element == nullptr) {
    throw Failure(std::string("GStreamer has no element '") + factory +
                  "'; install it, or set GST_PLUGIN_PATH.");
  }
  gst_bin_add(GST_BIN(pipeline_), element);
  return element;
}

void Watcher::record(const std::string& path) {
  record_queue_ = add("queue");
  muxer_ = add("matroskamux");
  GstElement* file = add("filesink");
  g_object_set(file, "location", path.c_str(), nullptr);
  gst_element_link(muxer_, file);
}

// Streams from the network need another framing in Matroska; their coded pictures stay as they are.
// What is framed already is not touched at all.
GstElement* Watcher::parser_for(const GstCaps* caps) {
  const GstStructure* structure = first_structure(caps);
  const bool network =
      g_strcmp0(gst_structure_get_string(structure, "stream-format"), "byte-stream") == 0;
  if (network && gst_structure_has_name(structure, "video/x-h264")) return add("h264parse");
  if (network && gst_structure_has_name(structure, "video/x-h265")) return add("h265parse");
  return add("identity");
}

void Watcher::link_parsed(GstPad* pad) {
  GstCaps* caps = caps_of(pad);
  if (is_video(caps)) {
    if (record_queue_ != nullptr && !recording_) {
      recording_ = true;
      GstElement* parser = parser_for(caps);
      gst_element_link_many(tee_, record_queue_, parser, muxer_, nullptr);
      gst_element_sync_state_with_parent(parser);
    }
    link_to(pad, tee_);
  }
  gst_caps_unref(caps);
}

void Watcher::source_pad(GstElement*, GstPad* pad, gpointer self) {
  GstCaps* caps = caps_of(pad);
  const GstStructure* structure = first_structure(caps);
  const bool rtp = structure != nullptr && gst_structure_has_name(structure, "application/x-rtp");
  if (!rtp || is_video(caps)) link_to(pad, static_cast<Watcher*>(self)->parse_);
  gst_caps_unref(caps);
}

void Watcher::parsed_pad(GstElement*, GstPad* pad, gpointer self) {
  static_cast<Watcher*>(self)->link_parsed(pad);
}

gboolean Watcher::bus_message(GstBus*, GstMessage* message, gpointer self) {
  static_cast<Watcher*>(self)->handle(message);
  return G_SOURCE_CONTINUE;
}

void Watcher::handle(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name(message, "stippredict-anomaly")) {
        const GstStructure* alarm = gst_message_get_structure(message);
        if (g_strcmp0(gst_structure_get_string(alarm, "state"), "start") == 0) ++alarms_;
        print(alarm_line(alarm));
      }
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency(GST_BIN(pipeline_));
      break;
    case GST_MESSAGE_EOS:
      finish();
      break;
    case GST_MESSAGE_ERROR: {
      GError* error = nullptr;
      gst_message_parse_error(message, &error, nullptr);
      finish("'" + options_.source + "' cannot be watched: " + error->message);
      g_error_free(error);
      break;
    }
    default:
      break;
  }
}

void Watcher::run() {
  print(start_line(options_.source, options_.model, options_.threshold));
  // A failure here is told on the bus too, in its own words.
  gst_element_set_state(pipeline_, GST_STATE_PLAYING);
  g_main_loop_run(loop_);
  const guint64 seen = frames();
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  if (!failure_.empty()) throw Failure(failure_);
  print(end_line(seen, alarms_));
}

void Watcher::interrupt() {
  if (interrupted_) return finish();
  interrupted_ = true;
  gst_element_send_event(pipeline_, gst_event_new_eos());
  g_timeout_add_seconds(kPatience, gave_up, this);
}

gboolean Watcher::gave_up(gpointer self) {
  static_cast<Watcher*>(self)->finish("the end of the recording could not be written in time.");
  return G_SOURCE_REMOVE;
}

void Watcher::finish(const std::string& failure) {
  if (failure_.empty()) failure_ = failure;  // the first one is the cause
  g_main_loop_quit(loop_);
}

guint64 Watcher::frames() const {
  GstStructure* stats = nullptr;
  g_object_get(predict_, "stats", &stats, nullptr);
  guint64 count = 0;
  gst_structure_get_uint64(stats, "frames-in", &count);
  gst_structure_free(stats);
  return count;
}

}  // namespace watcher
