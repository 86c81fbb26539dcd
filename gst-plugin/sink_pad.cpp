#include "sink_pad.h"

#include "caps_check.h"
#include "caps_query.h"
#include "debug.h"
#include "gst_stip_predict.h"
#include "guard.h"
#include "outlet_pad.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* input) {
  BufferPtr buffer(input);
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  GstElement* element = GST_ELEMENT(parent);
  ElementState& state = *self->state;
  const FrameSettings settings = frame_settings(self);
  // Preparing fails because of what was set, running because of the network: other errors.
  const bool prepared = guarded(element, Phase::kPreparing, false, [&] {
    state.stream.prepare(settings);
    return true;
  });
  if (!prepared) return GST_FLOW_ERROR;
  const GstFlowReturn flow = guarded(element, Phase::kRunning, GST_FLOW_ERROR,
                                     [&] { return state.stream.frame(std::move(buffer)); });
  state.told_upstream = flow;
  state.reporter.handled();
  return flow;
}

bool upstream_is_live(GstStipPredict* self) {
  const QueryPtr query(gst_query_new_latency());
  gboolean live = FALSE;
  if (!gst_pad_peer_query(self->sink, query.get())) return false;
  GstClockTime latency = 0;
  gst_query_parse_latency(query.get(), &live, &latency, nullptr);
  self->state->stream.facts().upstream_latency = latency;
  return live;
}

// After EOS no buffer comes that could carry a failure upstream: it is told here, or the
// application would wait for ever.
void tell_failure_at_the_end(GstStipPredict* self, GstFlowReturn flow) {
  const bool told = self->state->told_upstream == flow;
  if ((flow < GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED) && !told) {
    GST_ELEMENT_FLOW_ERROR(self, flow);
  }
}

GstFlowReturn handle_serialized(GstStipPredict* self, EventPtr event) {
  ElementState& state = *self->state;
  const GstEventType type = GST_EVENT_TYPE(event.get());
  if (type == GST_EVENT_CAPS) {
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event.get(), &caps);
    if (!check_caps(self, caps)) return GST_FLOW_NOT_NEGOTIATED;
  }
  if (type == GST_EVENT_SEGMENT && !state.stream.decided()) {
    state.stream.decide(upstream_is_live(self));
  }
  const GstFlowReturn flow = state.stream.event(std::move(event), frame_settings(self));
  if (type == GST_EVENT_CAPS) {
    state.refused_caps.reset();
    state.refusal_told = false;
  }
  if (type == GST_EVENT_EOS) tell_failure_at_the_end(self, flow);
  // An event that a flush took is still upstream's to send; what pads do is told by frames.
  return flow == GST_FLOW_FLUSHING ? flow : GST_FLOW_OK;
}

gboolean on_pad(GstElement*, GstPad* pad, gpointer body) {
  reinterpret_cast<void (*)(GstPad*)>(body)(pad);
  return TRUE;
}

void for_each_src_pad(GstStipPredict* self, void (*body)(GstPad*)) {
  gst_element_foreach_src_pad(GST_ELEMENT(self), on_pad, reinterpret_cast<gpointer>(body));
}

GstFlowReturn handle_flush_start(GstPad* pad, GstStipPredict* self, EventPtr event) {
  // First: a pad that comes after the event has passed must not send anything, or its task could
  // wait in a sink that does not know of the flush.
  self->state->stream.flush_start();
  gst_pad_event_default(pad, GST_OBJECT(self), event.release());
  for_each_src_pad(self, pause_output);
  return GST_FLOW_OK;
}

GstFlowReturn handle_flush_stop(GstPad* pad, GstStipPredict* self, EventPtr event) {
  gst_pad_event_default(pad, GST_OBJECT(self), event.release());
  self->state->stream.flush_stop();
  for_each_src_pad(self, resume_output);
  return GST_FLOW_OK;
}

GstFlowReturn handle_event(GstPad* pad, GstStipPredict* self, EventPtr event) {
  GstEvent* taken = event.get();
  if (GST_EVENT_TYPE(taken) == GST_EVENT_FLUSH_START) {
    return handle_flush_start(pad, self, std::move(event));
  }
  if (GST_EVENT_TYPE(taken) == GST_EVENT_FLUSH_STOP) {
    return handle_flush_stop(pad, self, std::move(event));
  }
  if (GST_EVENT_IS_SERIALIZED(taken)) return handle_serialized(self, std::move(event));
  gst_pad_event_default(pad, GST_OBJECT(self), event.release());
  return GST_FLOW_OK;
}

GstFlowReturn sink_event(GstPad* pad, GstObject* parent, GstEvent* taken) {
  GST_LOG_OBJECT(pad, "%" GST_PTR_FORMAT, taken);
  EventPtr event(taken);
  return guarded(GST_ELEMENT(parent), Phase::kPreparing, GST_FLOW_ERROR,
                 [&] { return handle_event(pad, GST_STIP_PREDICT(parent), std::move(event)); });
}

// Any strides and offsets are read. The frames are copied on arrival, so no pool is proposed.
gboolean answer_allocation(GstQuery* query) {
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return TRUE;
}

gboolean add_linked(GstElement* element, GstPad* pad, gpointer linked) {
  const Outlet& outlet = *outlet_of(pad);
  if (!outlet.linked) return TRUE;
  const Output output = outlet.view(frame_settings(GST_STIP_PREDICT(element))).output;
  static_cast<std::vector<LinkedPad>*>(linked)->push_back(
      {ObjectPtr<GstPad>(GST_PAD(gst_object_ref(pad))), output});
  return TRUE;
}

gboolean answer_caps(GstPad* pad, GstStipPredict* self, GstQuery* query) {
  std::vector<LinkedPad> linked;
  gst_element_foreach_src_pad(GST_ELEMENT(self), add_linked, &linked);
  // After a switch of output that downstream refuses, what comes now stays the last choice: an
  // upstream that can give nothing else would fail first, and nobody would know why. As it is, it
  // goes on, and the refusal is told where it happens.
  const CapsPtr now(gst_pad_get_current_caps(pad));
  return answer_sink_caps(pad, linked, now.get(), shows_gpu_memory(self), query);
}

// A GPU's memory that cannot be used now is refused where its CAPS come, with the reason: refused
// here, it would be with none.
gboolean answer_accept_caps(GstPad* pad, GstStipPredict* self, GstQuery* query) {
  if (!gst_pad_query_default(pad, GST_OBJECT(self), query)) return FALSE;
  GstCaps* caps = nullptr;
  gst_query_parse_accept_caps(query, &caps);
  const CapsPtr all(gst_pad_get_pad_template_caps(pad));
  if (in_gpu_memory(caps) && !shows_gpu_memory(self) && gst_caps_is_subset(caps, all.get())) {
    gst_query_set_accept_caps_result(query, TRUE);
  }
  return TRUE;
}

gboolean drain_peer(GstElement*, GstPad* pad, gpointer query) {
  return !gst_pad_is_linked(pad) || gst_pad_peer_query(pad, GST_QUERY(query));
}

// Buffers of the input may wait in a queue or downstream.
gboolean answer_drain(GstStipPredict* self, GstQuery* query) {
  return self->state->stream.drain(frame_settings(self).drain_timeout) &&
         gst_element_foreach_src_pad(GST_ELEMENT(self), drain_peer, query);
}

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS:
      return answer_caps(pad, self, query);
    case GST_QUERY_ACCEPT_CAPS:
      return answer_accept_caps(pad, self, query);
    case GST_QUERY_CONTEXT:
      return answer_context(GST_ELEMENT(self), query, gpu_of(self)) ||
             gst_pad_query_default(pad, parent, query);
    case GST_QUERY_ALLOCATION:
      return answer_allocation(query);
    case GST_QUERY_DRAIN:
      return answer_drain(self, query);
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

}  // namespace

GstPad* new_sink_pad(GstStaticPadTemplate* pad_template) {
  GstPad* pad = gst_pad_new_from_static_template(pad_template, "sink");
  gst_pad_set_chain_function(pad, GST_DEBUG_FUNCPTR(chain));
  gst_pad_set_event_full_function(pad, GST_DEBUG_FUNCPTR(sink_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(sink_query));
  tell_of_refused_caps(pad);
  return pad;
}

}  // namespace stip::gst
