#include "media/decode_pipeline.h"

#include <gst/app/gstappsink.h>

#include <chrono>
#include <thread>

#include "media/readable_file.h"

namespace stip::training {
namespace {

constexpr GstClockTime kPollTime = 20 * GST_MSECOND;
// Decoded frames that wait in the sink: enough to keep the decoder busy while one is converted.
constexpr guint kQueuedFrames = 3;
// Silence after which it is asked whether the demuxer has given up.
constexpr std::chrono::seconds kDemuxerTime(1);

bool starts_with(const gchar* text, const char* prefix) { return g_str_has_prefix(text, prefix); }

CapsHandle caps_of(GstPad* pad) {
  GstCaps* caps = gst_pad_get_current_caps(pad);
  return CapsHandle(caps != nullptr ? caps : gst_pad_query_caps(pad, nullptr));
}

// A demuxer that reads no more: its task sleeps.
bool is_idle_demuxer(GstElement* element) {
  GstElementFactory* factory = gst_element_get_factory(element);
  if (factory == nullptr ||
      !gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER)) {
    return false;
  }
  const PadHandle pad(gst_element_get_static_pad(element, "sink"));
  if (!pad) return false;
  GST_OBJECT_LOCK(pad.get());
  const GstTask* task = GST_PAD_TASK(pad.get());
  const bool idle = task != nullptr && GST_TASK_STATE(task) == GST_TASK_PAUSED;
  GST_OBJECT_UNLOCK(pad.get());
  return idle;
}

bool has_idle_demuxer(GstBin* bin) {
  GstIterator* elements = gst_bin_iterate_recurse(bin);
  GValue value = G_VALUE_INIT;
  bool idle = false;
  while (!idle && gst_iterator_next(elements, &value) == GST_ITERATOR_OK) {
    idle = is_idle_demuxer(GST_ELEMENT(g_value_get_object(&value)));
    g_value_reset(&value);
  }
  g_value_unset(&value);
  gst_iterator_free(elements);
  return idle;
}

}  // namespace

DecodePipeline::DecodePipeline(const std::string& path, double time_limit)
    : path_(path), time_limit_(time_limit) {
  check_readable_file(path_);
  ensure_gstreamer();
  build();
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);  // failure: on the bus
}

void DecodePipeline::build() {
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  bus_.reset(gst_element_get_bus(pipeline_.get()));
  const auto add = [this](const char* factory) {
    GstElement* element = make_element(factory);
    gst_bin_add(GST_BIN(pipeline_.get()), element);
    return element;
  };
  GstElement* file = add("filesrc");
  GstElement* decoder = add("decodebin");
  GstElement* sink = add("appsink");
  g_object_set(file, "location", path_.c_str(), nullptr);
  CapsHandle raw(gst_caps_new_empty_simple("video/x-raw"));
  g_object_set(sink, "sync", FALSE, "max-buffers", kQueuedFrames, "enable-last-sample", FALSE,
               "caps", raw.get(), nullptr);
  streams_ = new Streams;
  streams_->sink = sink;
  g_object_set_data_full(G_OBJECT(pipeline_.get()), "stip-streams", streams_,
                         [](gpointer streams) { delete static_cast<Streams*>(streams); });
  g_signal_connect(decoder, "autoplug-continue", G_CALLBACK(continue_plugging), nullptr);
  g_signal_connect(decoder, "pad-added", G_CALLBACK(link_video), streams_);
  g_signal_connect(decoder, "no-more-pads", G_CALLBACK(know_all), streams_);
  gst_element_link(file, decoder);
}

DecodePipeline::~DecodePipeline() {
  if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

// Audio and subtitles are left as they are: decoding them costs time, and a missing audio decoder
// is nobody's concern here.
gboolean DecodePipeline::continue_plugging(GstElement*, GstPad*, GstCaps* caps, gpointer) {
  if (gst_caps_is_any(caps) || gst_caps_is_empty(caps)) return TRUE;
  const gchar* name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  return !starts_with(name, "audio/") && !starts_with(name, "text/") &&
         !starts_with(name, "subpicture/") && !starts_with(name, "application/x-subtitle");
}

void DecodePipeline::link_video(GstElement*, GstPad* pad, gpointer streams) {
  auto* self = static_cast<Streams*>(streams);
  const CapsHandle caps = caps_of(pad);
  if (gst_caps_is_any(caps.get()) || gst_caps_is_empty(caps.get())) return;
  const gchar* name = gst_structure_get_name(gst_caps_get_structure(caps.get(), 0));
  if (!starts_with(name, "video/x-raw")) return;
  const PadHandle target(gst_element_get_static_pad(self->sink, "sink"));
  if (gst_pad_is_linked(target.get())) return;  // the first video stream is the one
  if (gst_pad_link(pad, target.get()) == GST_PAD_LINK_OK) self->has_video = true;
}

void DecodePipeline::know_all(GstElement*, gpointer streams) {
  static_cast<Streams*>(streams)->all_known = true;
}

SampleHandle DecodePipeline::pull() {
  if (!pipeline_) fail_silent();  // asked again after it hung
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  auto* sink = GST_APP_SINK(streams_->sink);
  while (std::chrono::duration<double>(Clock::now() - start).count() < time_limit_) {
    if (GstSample* sample = gst_app_sink_try_pull_sample(sink, kPollTime)) {
      return SampleHandle(sample);
    }
    check_bus();
    if (gst_app_sink_is_eos(sink)) return nullptr;
    if (Clock::now() - start > kDemuxerTime) check_demuxer();
  }
  fail_silent();
}

void DecodePipeline::check_bus() {
  const auto wanted = GstMessageType(GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
  // Asked before the bus is read: an error posted in between is the better explanation.
  const bool without_video = streams_->all_known && !streams_->has_video;
  while (GstMessage* raw = gst_bus_pop_filtered(bus_.get(), wanted)) {
    const MessageHandle message(raw);
    if (GST_MESSAGE_TYPE(raw) == GST_MESSAGE_ELEMENT) {
      note_missing_plugin(raw);
    } else if (streams_->all_known && !streams_->has_video) {
      fail_without_video();  // the error is that nothing was linked
    } else {
      fail(parse_error(raw));
    }
  }
  if (without_video) fail_without_video();
}

// decodebin (1.22) loses the error of a demuxer that fails while it is being plugged, and then
// waits for ever for streams.
void DecodePipeline::check_demuxer() const {
  if (streams_->has_video || !has_idle_demuxer(GST_BIN(pipeline_.get()))) return;
  throw Error(ErrorCode::kCorrupt, "'" + path_ +
                                       "' is damaged or cut short, it cannot be decoded: no "
                                       "playable stream was found in it");
}

void DecodePipeline::note_missing_plugin(GstMessage* message) {
  const GstStructure* structure = gst_message_get_structure(message);
  if (structure == nullptr || !gst_structure_has_name(structure, "missing-plugin")) return;
  GstCaps* caps = nullptr;
  if (!gst_structure_get(structure, "detail", GST_TYPE_CAPS, &caps, nullptr)) return;
  const CapsHandle held(caps);
  // A program or an archive wants a "decoder" too: only pictures are worth the advice to install.
  const gchar* type = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (starts_with(type, "video/") || starts_with(type, "image/")) missing_decoder_ = type;
}

void DecodePipeline::fail(const PipelineError& error) const {
  const std::string detail = error.text + " " + error.detail;
  const bool no_decoder = error.is(GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND) ||
                          error.is(GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  if (no_decoder && !missing_decoder_.empty()) {
    throw Error(ErrorCode::kWrongKind,
                "'" + path_ + "' needs a decoder that is not installed (" + missing_decoder_ +
                    "): install gstreamer1.0-libav or the plugin set that has it",
                detail);
  }
  if (no_decoder || error.is(GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND) ||
      error.is(GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE)) {
    throw Error(ErrorCode::kWrongKind,
                "'" + path_ + "' is not a video or picture that GStreamer knows", detail);
  }
  if (error.domain == GST_RESOURCE_ERROR) {
    throw Error(ErrorCode::kUnreadable, "'" + path_ + "' cannot be read: " + error.text, detail);
  }
  throw Error(ErrorCode::kCorrupt,
              "'" + path_ + "' is damaged or cut short, it cannot be decoded: " + error.text,
              detail);
}

void DecodePipeline::fail_without_video() const {
  throw Error(
      ErrorCode::kWrongKind,
      "'" + path_ + "' has no video stream that can be decoded" +
          (missing_decoder_.empty() ? ""
                                    : ": a decoder is not installed (" + missing_decoder_ + ")"));
}

void DecodePipeline::fail_silent() {
  // A decoder that hangs may hang in its state change too: leave it behind, do not wait for it.
  if (GstElement* stuck = pipeline_.release()) {
    std::thread([stuck] {
      gst_element_set_state(stuck, GST_STATE_NULL);
      gst_object_unref(stuck);
    }).detach();
  }
  throw Error(ErrorCode::kFailed, "'" + path_ + "' gave no frame for " +
                                      std::to_string(int(time_limit_)) +
                                      " s: its decoder hangs or the disk is stuck; leave it out");
}

bool DecodePipeline::seekable() const {
  GstQuery* query = gst_query_new_seeking(GST_FORMAT_TIME);
  gboolean can = FALSE;
  if (gst_element_query(pipeline_.get(), query)) {
    gst_query_parse_seeking(query, nullptr, &can, nullptr, nullptr);
  }
  gst_query_unref(query);
  return can != FALSE;
}

std::uint64_t DecodePipeline::duration() const {
  gint64 duration = 0;
  const bool told =
      gst_element_query_duration(pipeline_.get(), GST_FORMAT_TIME, &duration) != FALSE;
  return told && duration > 0 ? std::uint64_t(duration) : 0;
}

bool DecodePipeline::seek(std::uint64_t time) {
  return gst_element_seek_simple(pipeline_.get(), GST_FORMAT_TIME,
                                 GstSeekFlags(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
                                 gint64(time)) != FALSE;
}

}  // namespace stip::training
