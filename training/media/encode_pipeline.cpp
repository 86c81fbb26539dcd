#include "media/encode_pipeline.h"

#include <gst/app/gstappsrc.h>

#include <chrono>
#include <memory>
#include <thread>

namespace stip::training {
namespace {

constexpr guint64 kQueuedFrames = 4;

CapsHandle bgr_caps(int width, int height, FrameRate rate) {
  return CapsHandle(gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "BGR", "width", G_TYPE_INT, width, "height",
      G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, rate.numerator, rate.denominator,
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
}

// GStreamer's raw BGR rows begin at multiples of four bytes.
GstBuffer* to_buffer(const Image& picture) {
  const gsize row = gsize(picture.stride());
  const gsize stride = (row + 3) / 4 * 4;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, stride * picture.height, nullptr);
  if (buffer == nullptr) throw Error(ErrorCode::kOutOfMemory, "no memory for a frame to encode");
  gst_buffer_memset(buffer, 0, 0, stride * picture.height);
  for (int y = 0; y < picture.height; ++y) {
    gst_buffer_fill(buffer, y * stride, picture.pixels.data() + y * row, row);
  }
  return buffer;
}

}  // namespace

EncodePipeline::EncodePipeline(const std::string& encoders, const std::string& file,
                               const std::string& shown_path, int width, int height, FrameRate rate,
                               const std::string& sink_name)
    : shown_path_(shown_path), rate_(rate) {
  ensure_gstreamer();
  const std::string text = "appsrc name=source format=time ! videoconvert ! " + encoders + " ! " +
                           sink_name + " name=file async=false";
  GError* error = nullptr;
  GstElement* parsed =
      gst_parse_launch_full(text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (parsed == nullptr) {
    const std::string detail = error != nullptr ? error->message : "";
    g_clear_error(&error);
    throw Error(ErrorCode::kMissingModule,
                "'" + shown_path + "' cannot be written, an encoder is not installed (" + detail +
                    "): install gstreamer1.0-plugins-ugly and gstreamer1.0-libav");
  }
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(parsed)));
  bus_.reset(gst_element_get_bus(parsed));
  source_.reset(gst_bin_get_by_name(GST_BIN(parsed), "source"));
  const ElementHandle sink(gst_bin_get_by_name(GST_BIN(parsed), "file"));
  g_object_set(sink.get(), "location", file.c_str(), nullptr);
  const CapsHandle caps = bgr_caps(width, height, rate);
  g_object_set(source_.get(), "caps", caps.get(), "max-buffers", kQueuedFrames, "max-bytes",
               guint64(0), nullptr);
  gst_element_set_state(parsed, GST_STATE_PLAYING);  // failure: on the bus
  check_bus();
}

EncodePipeline::~EncodePipeline() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

// Not appsrc's own blocking: that waits for ever once the pipeline has failed.
void EncodePipeline::wait_for_room() {
  while (gst_app_src_get_current_level_buffers(GST_APP_SRC(source_.get())) >= kQueuedFrames) {
    check_bus();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  check_bus();
}

void EncodePipeline::push(const Image& picture) {
  wait_for_room();
  GstBuffer* buffer = to_buffer(picture);
  const auto time = [this](std::uint64_t frame) {
    return gst_util_uint64_scale(frame, GST_SECOND * rate_.denominator, rate_.numerator);
  };
  GST_BUFFER_PTS(buffer) = time(count_);
  GST_BUFFER_DURATION(buffer) = time(count_ + 1) - time(count_);
  ++count_;
  if (gst_app_src_push_buffer(GST_APP_SRC(source_.get()), buffer) == GST_FLOW_OK) return;
  check_bus();
  throw Error(ErrorCode::kWriteFailed, "'" + shown_path_ + "' cannot be written any further");
}

void EncodePipeline::finish() {
  gst_app_src_end_of_stream(GST_APP_SRC(source_.get()));
  const auto wanted = GstMessageType(GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  const MessageHandle message(gst_bus_timed_pop_filtered(bus_.get(), GST_CLOCK_TIME_NONE, wanted));
  if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) fail(parse_error(message.get()));
  // Closing the file flushes it, and may fail in turn.
  gst_element_set_state(pipeline_.get(), GST_STATE_READY);
  check_bus();
}

void EncodePipeline::check_bus() {
  if (GstMessage* raw = gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR)) {
    const MessageHandle message(raw);
    fail(parse_error(raw));
  }
}

void EncodePipeline::fail(const PipelineError& error) const {
  const std::string detail = error.text + " " + error.detail;
  const bool full = error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
  throw Error(ErrorCode::kWriteFailed,
              "'" + shown_path_ + "' cannot be written: " +
                  (full ? "the disk is full, free some space" : error.text),
              detail);
}

}  // namespace stip::training
