#include "src_pad.h"

#include <gst/video/video.h>

#include "caps_query.h"
#include "debug.h"
#include "guard.h"
#include "object_lock.h"
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
    BufferPtr readable = in_readable_layout(self->src, self->state->layout, std::move(buffer));
    return gst_pad_push(self->src, readable.release());
  });
}

void push_event(GstStipPredict* self, EventPtr event) {
  const GstEventType type = GST_EVENT_TYPE(event.get());
  gst_pad_push_event(self->src, event.release());
  if (type == GST_EVENT_CAPS) self->state->layout.known = false;
  // Nobody upstream will push another frame and see it.
  if (type == GST_EVENT_EOS && self->state->queue.flow() == GST_FLOW_NOT_LINKED) {
    GST_ELEMENT_FLOW_ERROR(self, GST_FLOW_NOT_LINKED);
  }
}

// The caps of the pad where nothing downstream takes them; null otherwise. (A refused CAPS event
// itself shows at the next frame only, and then as no more than a flow.)
CapsPtr refused_caps(GstPad* src) {
  CapsPtr caps(gst_pad_get_current_caps(src));
  if (caps == nullptr) return nullptr;
  const CapsPtr taken(gst_pad_peer_query_caps(src, caps.get()));
  return gst_caps_is_empty(taken.get()) ? std::move(caps) : nullptr;
}

void post_refused(GstStipPredict* self, const GstCaps* caps) {
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
  GST_ELEMENT_ERROR(self, CORE, NEGOTIATION,
                    ("The next element refuses this video (%d pixels wide); put videoscale and "
                     "videoconvert after stippredict.",
                     width),
                    ("caps: %" GST_PTR_FORMAT, caps));
}

void report_flow(GstStipPredict* self, GstFlowReturn flow) {
  GST_DEBUG_OBJECT(self->src, "downstream returned %s", gst_flow_get_name(flow));
  const bool ended = self->state->queue.fail(flow);
  const CapsPtr refused = flow == GST_FLOW_NOT_NEGOTIATED ? refused_caps(self->src) : nullptr;
  if (refused != nullptr) {
    post_refused(self, refused.get());
    return;
  }
  if (ended && flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(self, flow);
}

void push_frame(GstStipPredict* self, BufferPtr buffer) {
  const bool linked = gst_pad_is_linked(self->src);
  const GstFlowReturn flow = push_buffer(self, std::move(buffer));
  if (flow == GST_FLOW_OK) return;
  report_flow(self, flow);
  // A peer that came between the push and the report has told so too early.
  if (!linked && gst_pad_is_linked(self->src)) self->state->queue.link();
}

// Lets the task of activate() go on. A new task (as gst_pad_start_task() makes) could be one that
// nobody stops, where the pad is being deactivated meanwhile.
void continue_task(GstPad* src) {
  const ObjectLock lock(src);
  if (GST_PAD_TASK(src) != nullptr) gst_task_set_state(GST_PAD_TASK(src), GST_TASK_STARTED);
}

// One round of the task: one item.
void push_next(gpointer user_data) {
  GstPad* src = GST_PAD(user_data);
  GstStipPredict* self = GST_STIP_PREDICT(GST_PAD_PARENT(src));
  OutputQueue& queue = self->state->queue;
  MiniObjectPtr item = queue.pop();
  if (item == nullptr) {
    gst_pad_pause_task(src);
    // A flush may have ended after pop() and before the pause, and found the task running.
    if (queue.flow() == GST_FLOW_OK) continue_task(src);
    return;
  }
  if (GST_IS_BUFFER(item.get())) {
    push_frame(self, BufferPtr(GST_BUFFER_CAST(item.release())));
  } else {
    push_event(self, EventPtr(GST_EVENT_CAST(item.release())));
  }
  queue.done();
}

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

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* taken) {
  EventPtr event(taken);
  GstStipPredict* self = GST_STIP_PREDICT(parent);
  switch (GST_EVENT_TYPE(taken)) {
    case GST_EVENT_QOS:
      // A decoder that drops frames to keep up would starve the network of its context.
      self->state->telemetry.count_qos();
      return TRUE;
    case GST_EVENT_RECONFIGURE:
      self->state->queue.link();  // there may be another peer
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
  self->state->queue.flush();
  gst_pad_pause_task(self->src);
}

void resume_output(GstStipPredict* self) {
  keep_sticky(self->src, self->state->queue.clear());
  self->state->layout.known = false;
  self->state->queue.reopen();
  continue_task(self->src);
}

}  // namespace stip::gst
