#include "src_pad.h"

#include <gst/video/video.h>

#include "caps_query.h"
#include "debug.h"
#include "guard.h"
#include "plain_layout.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

bool reads_video_meta(GstPad* src, GstCaps* caps) {
  const QueryPtr query(gst_query_new_allocation(caps, FALSE));
  return gst_pad_peer_query(src, query.get()) &&
         gst_query_find_allocation_meta(query.get(), GST_VIDEO_META_API_TYPE, nullptr);
}

// Asks anew after other caps and other peers.
void look_downstream(GstPad* src, ElementState::Layout& layout) {
  if (gst_pad_check_reconfigure(src)) layout.known = false;
  if (layout.known) return;
  const CapsPtr caps(gst_pad_get_current_caps(src));
  if (caps == nullptr || !gst_video_info_from_caps(&layout.info, caps.get())) return;
  layout.video_meta_read = reads_video_meta(src, caps.get());
  layout.known = true;
}

// Upstream may use any strides, since we read them all; an element after us may not, and must not
// pay for our answer when a frame of the input goes through by reference.
BufferPtr in_readable_layout(GstPad* src, ElementState::Layout& layout, BufferPtr buffer) {
  look_downstream(src, layout);
  if (!layout.known || layout.video_meta_read) return buffer;
  if (has_plain_layout(buffer.get(), layout.info)) return buffer;
  return plain_copy(buffer.get(), layout.info);
}

GstFlowReturn push_buffer(GstStipPredict* self, BufferPtr buffer) {
  return guarded(GST_ELEMENT(self), Phase::kRunning, GST_FLOW_ERROR, [&] {
    // After EOS downstream wants no more frames, but the events that follow.
    if (self->state->queue.flow() == GST_FLOW_EOS) return GST_FLOW_EOS;
    BufferPtr readable = in_readable_layout(self->src, self->state->layout, std::move(buffer));
    return gst_pad_push(self->src, readable.release());
  });
}

void push_event(GstStipPredict* self, EventPtr event) {
  const GstEventType type = GST_EVENT_TYPE(event.get());
  gst_pad_push_event(self->src, event.release());
  if (type == GST_EVENT_CAPS) self->state->layout.known = false;
  // Something new begins, which downstream may want again.
  if (type == GST_EVENT_STREAM_START || type == GST_EVENT_SEGMENT) {
    self->state->queue.recover(GST_FLOW_EOS);
  }
}

void report_flow(GstStipPredict* self, GstFlowReturn flow) {
  GST_DEBUG_OBJECT(self->src, "downstream returned %s", gst_flow_get_name(flow));
  const bool ended = self->state->queue.fail(flow);
  // Nobody upstream will push again and see it.
  if (ended && (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS)) {
    GST_ELEMENT_FLOW_ERROR(self, flow);
  }
}

void run_task(GstPad* src);

// One round of the task: one item.
void push_next(gpointer user_data) {
  GstPad* src = GST_PAD(user_data);
  GstStipPredict* self = GST_STIP_PREDICT(GST_PAD_PARENT(src));
  OutputQueue& queue = self->state->queue;
  MiniObjectPtr item = queue.pop();
  if (item == nullptr) {
    gst_pad_pause_task(src);
    // A new peer may have come after pop() and before the pause, and found the task running.
    if (queue.flow() == GST_FLOW_OK) run_task(src);
    return;
  }
  if (GST_IS_BUFFER(item.get())) {
    const GstFlowReturn flow = push_buffer(self, BufferPtr(GST_BUFFER_CAST(item.release())));
    if (flow != GST_FLOW_OK) report_flow(self, flow);
  } else {
    push_event(self, EventPtr(GST_EVENT_CAST(item.release())));
  }
  queue.done();
}

void run_task(GstPad* src) { gst_pad_start_task(src, push_next, src, nullptr); }

gboolean activate(GstPad* src, GstObject* parent, GstPadMode mode, gboolean active) {
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  if (active) {
    self->state->layout = {};
    self->state->queue.open();
    return gst_pad_start_task(src, push_next, src, nullptr);
  }
  self->state->queue.close();
  const gboolean stopped = gst_pad_stop_task(src);
  self->state->queue.clear();
  return stopped;
}

gboolean answer_latency(GstStipPredict* self, GstQuery* query) {
  if (!gst_pad_peer_query(self->sink, query)) return FALSE;
  const bool idle = frame_settings(self).output == Output::kOriginal;
  const GstClockTime own = idle ? 0 : self->state->telemetry.latency();
  gboolean live = FALSE;
  GstClockTime min = 0;
  GstClockTime max = GST_CLOCK_TIME_NONE;
  gst_query_parse_latency(query, &live, &min, &max);
  if (GST_CLOCK_TIME_IS_VALID(max)) max += own;
  gst_query_set_latency(query, live, min + own, max);
  return TRUE;
}

gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS:
      return answer_caps(pad, self->sink, frame_settings(self).output, query);
    case GST_QUERY_LATENCY:
      return answer_latency(self, query);
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

// Another peer: the reason for not being linked has gone.
void peer_changed(GstStipPredict* self) {
  if (self->state->queue.flow() != GST_FLOW_NOT_LINKED) return;
  self->state->queue.recover(GST_FLOW_NOT_LINKED);
  run_task(self->src);
}

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* taken) {
  EventPtr event(taken);
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  switch (GST_EVENT_TYPE(taken)) {
    case GST_EVENT_QOS:
      // A decoder that drops frames to keep up would starve the network of its context.
      self->state->telemetry.count_qos();
      return TRUE;
    case GST_EVENT_RECONFIGURE:
      peer_changed(self);
      break;
    default:
      break;
  }
  return gst_pad_event_default(pad, parent, event.release());
}

// Sticky events that were still under way hold after a flush, but for the position.
void keep_sticky(GstPad* src, std::deque<MiniObjectPtr> items) {
  for (const MiniObjectPtr& item : items) {
    if (!GST_IS_EVENT(item.get())) continue;
    GstEvent* event = GST_EVENT_CAST(item.get());
    const GstEventType type = GST_EVENT_TYPE(event);
    const bool position = type == GST_EVENT_SEGMENT || type == GST_EVENT_EOS;
    if (GST_EVENT_IS_STICKY(event) && !position) gst_pad_store_sticky_event(src, event);
  }
}

}  // namespace

GstPad* new_src_pad(GstStaticPadTemplate* pad_template) {
  GstPad* pad = gst_pad_new_from_static_template(pad_template, "src");
  gst_pad_set_activatemode_function(pad, GST_DEBUG_FUNCPTR(activate));
  gst_pad_set_event_function(pad, GST_DEBUG_FUNCPTR(src_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(src_query));
  return pad;
}

void pause_output(GstStipPredict* self) {
  self->state->queue.close();
  gst_pad_pause_task(self->src);
}

void resume_output(GstStipPredict* self) {
  keep_sticky(self->src, self->state->queue.clear());
  self->state->layout.known = false;
  self->state->queue.open();
  run_task(self->src);
}

}  // namespace stip::gst
