#include "gst_pipeline.h"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

namespace stip::test {
namespace {

constexpr GstClockTime kPatience = 10 * GST_SECOND;

}  // namespace

Pipeline::Pipeline(const std::string& description) {
  GError* error = nullptr;
  pipeline_ = gst_parse_launch(description.c_str(), &error);
  if (error != nullptr || !GST_IS_PIPELINE(pipeline_)) {
    ADD_FAILURE() << description << ": " << (error != nullptr ? error->message : "no pipeline");
    abort();
  }
  bus_ = gst_element_get_bus(pipeline_);
}

Pipeline::~Pipeline() {
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  for (GstElement* element : borrowed_) gst_object_unref(element);
  for (GstMessage* message : first_errors_) gst_message_unref(message);
  gst_object_unref(bus_);
  gst_object_unref(pipeline_);
}

GstElement* Pipeline::operator[](const char* name) const {
  GstElement* element = gst_bin_get_by_name(GST_BIN(pipeline_), name);
  if (element == nullptr) ADD_FAILURE() << "no element " << name;
  if (element != nullptr) borrowed_.push_back(element);
  return element;
}

bool Pipeline::reach(GstState state) {
  if (gst_element_set_state(pipeline_, state) == GST_STATE_CHANGE_FAILURE) return false;
  const GstStateChangeReturn result = gst_element_get_state(pipeline_, nullptr, nullptr, kPatience);
  EXPECT_NE(result, GST_STATE_CHANGE_ASYNC) << "not reached within 10 s";
  return result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL;
}

bool Pipeline::run() {
  return gst_element_set_state(pipeline_, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE &&
         wait_for_eos();
}

bool Pipeline::wait_for_eos() {
  const auto wanted = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* message = nullptr;
  const gint64 end = g_get_monotonic_time() + static_cast<gint64>(kPatience / GST_USECOND);
  while (message == nullptr && g_get_monotonic_time() < end) {
    message = gst_bus_timed_pop_filtered(bus_, GST_SECOND / 10, wanted);
  }
  if (message == nullptr) {
    ADD_FAILURE() << "no EOS within 10 s";
    return false;
  }
  const bool ended = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
  if (ended) {
    gst_message_unref(message);
  } else {
    first_errors_.push_back(message);  // for error()
  }
  return ended;
}

bool Pipeline::seek(GstClockTime start, GstClockTime stop, GstSeekFlags flags) {
  const bool open = !GST_CLOCK_TIME_IS_VALID(stop);
  return gst_element_seek(pipeline_, 1.0, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
                          static_cast<gint64>(start), GST_SEEK_TYPE_SET,
                          open ? -1 : static_cast<gint64>(stop));
}

std::string Pipeline::error(GstClockTime patience) {
  GstMessage* message = nullptr;
  if (first_errors_.empty()) {
    message = gst_bus_timed_pop_filtered(bus_, patience, GST_MESSAGE_ERROR);
  } else {
    message = first_errors_.front();
    first_errors_.pop_front();
  }
  if (message == nullptr) return "";
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const std::string text = error_name(error->domain, error->code) + " " + error->message;
  g_error_free(error);
  gst_message_unref(message);
  return text;
}

std::size_t Pipeline::errors_left() {
  std::size_t count = 0;
  while (!error(0).empty()) ++count;
  return count;
}

std::vector<BufferPtr> Pipeline::pull_all(const char* name) {
  std::vector<BufferPtr> buffers;
  auto* sink = GST_APP_SINK((*this)[name]);
  while (GstSample* sample = gst_app_sink_try_pull_sample(sink, 0)) {
    buffers.push_back(gst::share(gst_sample_get_buffer(sample)));
    gst_sample_unref(sample);
  }
  return buffers;
}

std::string error_name(GQuark domain, int code) {
  return std::string(g_quark_to_string(domain)) + ":" + std::to_string(code);
}

}  // namespace stip::test
