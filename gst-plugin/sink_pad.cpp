#include "sink_pad.h"

#include <gst/video/video.h>

#include "caps_query.h"
#include "debug.h"
#include "gst_stip_predict.h"
#include "guard.h"
#include "src_pad.h"

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
  if (state.telemetry.latency_moved(static_cast<GstClockTime>(g_get_monotonic_time()) *
                                    GST_USECOND)) {
    gst_element_post_message(element, gst_message_new_latency(parent));
  }
  return flow;
}

// A sentence for the user where this video cannot be taken at all.
const char* caps_problem(const GstVideoInfo* info) {
  if (info == nullptr) {
    return "This video's format is not understood; put videoconvert before stippredict.";
  }
  if (GST_VIDEO_INFO_IS_INTERLACED(info)) {
    return "Interlaced video cannot be predicted; put deinterlace before stippredict.";
  }
  return nullptr;
}

gboolean handle_caps(GstStipPredict* self, EventPtr event) {
  ElementState& state = *self->state;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event.get(), &caps);
  // Upstream offers refused caps again with its next frame: the user is told once.
  if (state.refused_caps != nullptr && gst_caps_is_equal(state.refused_caps.get(), caps)) {
    return FALSE;
  }
  state.refused_caps = share(caps);
  GstVideoInfo info;
  const bool known = gst_video_info_from_caps(&info, caps);
  if (const char* problem = caps_problem(known ? &info : nullptr); problem != nullptr) {
    GST_ELEMENT_ERROR(self, CORE, NEGOTIATION, ("%s", problem), ("caps: %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  state.stream.set_caps(caps, info, frame_settings(self));
  state.refused_caps.reset();
  return TRUE;
}

gboolean handle_segment(GstStipPredict* self, EventPtr event) {
  self->state->stream.set_segment(std::move(event), frame_settings(self));
  return TRUE;
}

gboolean handle_gap(GstStipPredict* self, EventPtr event) {
  self->state->stream.gap(std::move(event), frame_settings(self));
  return TRUE;
}

gboolean enqueue(GstStipPredict* self, EventPtr event) {
  return self->state->queue.push(as_item(std::move(event))) == GST_FLOW_OK;
}

// After EOS no buffer comes that could carry a failure upstream: it is told here, or the
// application would wait for ever.
gboolean handle_eos(GstStipPredict* self, EventPtr event) {
  const GstFlowReturn flow = self->state->queue.push(as_item(std::move(event)));
  if (flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(self, flow);
  return flow == GST_FLOW_OK;
}

gboolean handle_stream_start(GstStipPredict* self, EventPtr event) {
  self->state->stream.begin();
  return enqueue(self, std::move(event));
}

gboolean handle_flush_start(GstStipPredict* self, EventPtr event) {
  const gboolean result = gst_pad_push_event(self->src, event.release());
  pause_output(self);
  return result;
}

gboolean handle_flush_stop(GstStipPredict* self, EventPtr event) {
  const gboolean result = gst_pad_push_event(self->src, event.release());
  self->state->stream.begin();
  resume_output(self);
  return result;
}

gboolean handle_event(GstPad* pad, GstStipPredict* self, EventPtr event) {
  GstEvent* taken = event.get();
  switch (GST_EVENT_TYPE(taken)) {
    case GST_EVENT_CAPS:
      return handle_caps(self, std::move(event));
    case GST_EVENT_SEGMENT:
      return handle_segment(self, std::move(event));
    case GST_EVENT_GAP:
      return handle_gap(self, std::move(event));
    case GST_EVENT_EOS:
      return handle_eos(self, std::move(event));
    case GST_EVENT_STREAM_START:
      return handle_stream_start(self, std::move(event));
    case GST_EVENT_FLUSH_START:
      return handle_flush_start(self, std::move(event));
    case GST_EVENT_FLUSH_STOP:
      return handle_flush_stop(self, std::move(event));
    default:
      break;
  }
  if (GST_EVENT_IS_SERIALIZED(taken)) return enqueue(self, std::move(event));
  return gst_pad_event_default(pad, GST_OBJECT(self), event.release());
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* taken) {
  GST_LOG_OBJECT(pad, "%" GST_PTR_FORMAT, taken);
  EventPtr event(taken);
  return guarded(GST_ELEMENT(parent), Phase::kPreparing, FALSE,
                 [&] { return handle_event(pad, GST_STIP_PREDICT(parent), std::move(event)); });
}

// Any strides and offsets are read. The frames are copied on arrival, so no pool is proposed.
gboolean answer_allocation(GstQuery* query) {
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return TRUE;
}

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS:
      return answer_caps(pad, self->src, frame_settings(self).output, query);
    case GST_QUERY_ALLOCATION:
      return answer_allocation(query);
    case GST_QUERY_DRAIN:
      // Buffers of the input may wait in the queue (output=original) or downstream.
      return self->state->queue.drain() && gst_pad_peer_query(self->src, query);
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

}  // namespace

GstPad* new_sink_pad(GstStaticPadTemplate* pad_template) {
  GstPad* pad = gst_pad_new_from_static_template(pad_template, "sink");
  gst_pad_set_chain_function(pad, GST_DEBUG_FUNCPTR(chain));
  gst_pad_set_event_function(pad, GST_DEBUG_FUNCPTR(sink_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(sink_query));
  return pad;
}

}  // namespace stip::gst
