#include "outlet_pad_requests.h"

#include "caps_query.h"
#include "debug.h"
#include "outlet_pad.h"
#include "own_latency.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

gboolean answer_latency(GstStipPredict* self, const Outlet& outlet, GstQuery* query) {
  if (!gst_pad_peer_query(self->sink, query)) return FALSE;
  const FrameSettings settings = frame_settings(self);
  StreamFacts& facts = self->state->stream.facts();
  gboolean live = FALSE;
  GstClockTime min = 0;
  GstClockTime max = GST_CLOCK_TIME_NONE;
  gst_query_parse_latency(query, &live, &min, &max);
  facts.upstream_latency = min;
  const View view = outlet.view(settings);
  const GstClockTime own =
      own_latency(view, {facts.idle, facts.async, self->state->telemetry.latency(), facts.step,
                         settings.max_latency, facts.conceal_wait});
  if (GST_CLOCK_TIME_IS_VALID(max)) {
    // The queue holds that much back while a sink waits for slower branches.
    const GstClockTime d = facts.step;
    const GstClockTime frames = shows_predictions(view) ? view.horizon + 2 : 3;
    max += own + (GST_CLOCK_TIME_IS_VALID(d) ? frames * d : 0);
  }
  gst_query_set_latency(query, live, min + own, max);
  return TRUE;
}

// A decoder that drops frames to keep up would starve the network of its context: what downstream
// says of its punctuality stays here.
void take_qos(GstStipPredict* self, Outlet& outlet, GstEvent* event) {
  const FrameSettings settings = frame_settings(self);
  if (!settings.qos || !shows_predictions(outlet.view(settings))) {
    self->state->telemetry.count_qos();
    return;
  }
  gdouble proportion = 1.0;
  GstClockTimeDiff diff = 0;
  GstClockTime timestamp = GST_CLOCK_TIME_NONE;
  gst_event_parse_qos(event, nullptr, &proportion, &diff, &timestamp);
  outlet.qos.report(proportion, diff, timestamp);
}

// Every sink sends a seek of the pipeline up its own branch.
bool is_known_seek(GstStipPredict* self, GstEvent* event) {
  return self->state->seek_seqnum.exchange(gst_event_get_seqnum(event)) ==
         gst_event_get_seqnum(event);
}

}  // namespace

void tell_refused_caps(GstStipPredict* self, const GstCaps* caps) {
  if (self->state->refusal_told.exchange(true)) return;
  int width = 0;
  gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &width);
  if (frame_settings(self).output == Output::kSideBySide) {
    GST_ELEMENT_ERROR(self, CORE, NEGOTIATION,
                      ("side-by-side is twice as wide (%d pixels), which the next element refuses; "
                       "put videoscale and videoconvert after stippredict or free the width.",
                       width),
                      ("caps: %" GST_PTR_FORMAT, caps));
    return;
  }
  if (in_gpu_memory(caps)) {
    GST_ELEMENT_ERROR(self, CORE, NEGOTIATION,
                      ("The next element refuses this video (%d pixels wide, in a GPU's memory); "
                       "put cudadownload after stippredict.",
                       width),
                      ("caps: %" GST_PTR_FORMAT, caps));
    return;
  }
  GST_ELEMENT_ERROR(self, CORE, NEGOTIATION,
                    ("The next element refuses this video (%d pixels wide); put videoscale and "
                     "videoconvert after stippredict.",
                     width),
                    ("caps: %" GST_PTR_FORMAT, caps));
}

gboolean outlet_pad_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  const Outlet& outlet = *outlet_of(pad);
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS:
      return answer_src_caps(pad, self->sink, outlet.view(frame_settings(self)).output,
                             shows_gpu_memory(self), query);
    case GST_QUERY_CONTEXT:
      return answer_context(GST_ELEMENT(self), query, gpu_of(self)) ||
             gst_pad_query_default(pad, parent, query);
    case GST_QUERY_LATENCY:
      return answer_latency(self, outlet, query);
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

gboolean outlet_pad_event(GstPad* pad, GstObject* parent, GstEvent* taken) {
  EventPtr event(taken);
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  Outlet& outlet = *outlet_of(pad);
  switch (GST_EVENT_TYPE(taken)) {
    case GST_EVENT_QOS:
      take_qos(self, outlet, taken);
      return TRUE;
    case GST_EVENT_RECONFIGURE:
      outlet.queue.link();  // there may be another peer
      return TRUE;
    case GST_EVENT_SEEK:
      if (is_known_seek(self, taken)) return TRUE;
      break;
    case GST_EVENT_LATENCY: {
      GstClockTime latency = 0;
      gst_event_parse_latency(taken, &latency);
      outlet.configured_latency = latency;
      break;
    }
    default:
      break;
  }
  return gst_pad_event_default(pad, parent, event.release());
}

}  // namespace stip::gst
