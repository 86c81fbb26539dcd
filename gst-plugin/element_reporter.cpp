#include "element_reporter.h"

#include "debug.h"
#include "gst_stip_predict.h"
#include "guard.h"
#include "monotonic_time.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
bool ElementReporter::guarded(Phase phase, const std::function<void()>& body) {
  return stip::gst::guarded(element_, phase, false, [&] {
    body();
    return true;
  });
}

void ElementReporter::prediction_failed(const Error& error) {
  if (failure_told_.exchange(true)) return;
  const std::string text =
      with_consequence(error.what(), "the video passes through without predictions");
  GST_ELEMENT_WARNING(element_, STREAM, FAILED, ("%s", text.c_str()),
                      ("%s", error.detail().c_str()));
}

void ElementReporter::memory_saved(const Error& error) {
  GST_ELEMENT_WARNING(element_, RESOURCE, NO_SPACE_LEFT,
                      ("There is not enough memory for the network at this picture size; it begins "
                       "anew at half the size where the model allows that. Use a smaller picture "
                       "or a smaller model to avoid this."),
                      ("%s %s", error.what(), error.detail().c_str()));
}

void ElementReporter::qos_skipped(const QosSkip& skip) {
  GstMessage* message = gst_message_new_qos(GST_OBJECT(element_), TRUE, skip.running_time,
                                            skip.stream_time, skip.pts, skip.duration);
  gst_message_set_qos_values(message, 0, skip.counts.proportion, 1000000);
  gst_message_set_qos_stats(message, GST_FORMAT_BUFFERS, skip.counts.processed,
                            skip.counts.dropped);
  gst_element_post_message(element_, message);
}

void ElementReporter::message(GstStructure* content) {
  if (frame_settings(GST_STIP_PREDICT(element_)).post_messages) {
    gst_element_post_message(element_, gst_message_new_element(GST_OBJECT(element_), content));
  } else {
    gst_structure_free(content);
  }
}

GstClockTime ElementReporter::stats_interval() const {
  return frame_settings(GST_STIP_PREDICT(element_)).stats_interval;
}

// Once, so that a pipeline that shows nothing says why.
void ElementReporter::tell_silence(bool ended) {
  const auto silence = telemetry_.silence(monotonic_now(), ended);
  if (!silence) return;
  const int context = GST_STIP_PREDICT(element_)->state->stream.facts().context;
  GST_ELEMENT_WARNING(element_, STREAM, FAILED, ("%s", describe(*silence, context).c_str()),
                      ("see the property stats"));
}

void ElementReporter::ended() {
  tell_silence(true);
  if (stats_interval() > 0) message(telemetry_.structure());
}

void ElementReporter::handled() {
  tell_silence(false);
  const GstClockTime now = monotonic_now();
  if (telemetry_.stats_due(now, stats_interval())) message(telemetry_.structure());
  if (!telemetry_.latency_moved(now)) return;
  gst_element_post_message(element_, gst_message_new_latency(GST_OBJECT(element_)));
}

}  // namespace stip::gst
