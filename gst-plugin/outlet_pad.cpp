#include "outlet_pad.h"

#include <gst/video/video.h>

#include "debug.h"
#include "gpu_memory.h"
#include "gst_stip_predict.h"
#include "guard.h"
#include "object_lock.h"
#include "outlet_pad_requests.h"
#include "plain_layout.h"
#include "segment_rules.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

/// Of a pad; the layout belongs to its task.
struct PadState {
  std::shared_ptr<Outlet> outlet;

  /// What the task knows of the way downstream.
  struct Layout {
    GstVideoInfo info{};
    bool known = false;            ///< false: to be looked up again before the next frame
    bool video_meta_read = false;  ///< downstream understands strides and offsets of GstVideoMeta
  } layout;
};

GQuark state_quark() {
  static const GQuark quark = g_quark_from_static_string("stip-outlet-pad");
  return quark;
}

PadState& state_of(GstPad* pad) {
  return *static_cast<PadState*>(g_object_get_qdata(G_OBJECT(pad), state_quark()));
}

GstStipPredict* element_of(GstPad* pad) { return GST_STIP_PREDICT(GST_PAD_PARENT(pad)); }

bool reads_video_meta(GstPad* src, GstCaps* caps) {
  const QueryPtr query(gst_query_new_allocation(caps, FALSE));
  return gst_pad_peer_query(src, query.get()) &&
         gst_query_find_allocation_meta(query.get(), GST_VIDEO_META_API_TYPE, nullptr);
}

// Asks anew after other caps and other peers.
void look_downstream(GstPad* src, PadState::Layout& layout) {
  if (gst_pad_check_reconfigure(src)) layout.known = false;
  if (layout.known) return;
  const CapsPtr caps(gst_pad_get_current_caps(src));
  if (caps == nullptr || !gst_video_info_from_caps(&layout.info, caps.get())) return;
  layout.video_meta_read = reads_video_meta(src, caps.get());
  layout.known = true;
}

// Upstream may use any strides, since we read them all; an element after us may not, and must not
// pay for our answer when a frame of the input goes through by reference.
BufferPtr in_readable_layout(GstPad* src, PadState::Layout& layout, BufferPtr buffer) {
  look_downstream(src, layout);
  if (!layout.known || layout.video_meta_read) return buffer;
  // In a GPU's memory the layout is the GPU's.
  if (in_gpu_memory(buffer.get()) || has_plain_layout(buffer.get(), layout.info)) return buffer;
  return plain_copy(buffer.get(), layout.info);
}

// A frame must not leave under other caps than its own, whatever became of its CAPS event.
void ensure_caps(GstPad* src, PadState::Layout& layout, const CapsPtr& caps) {
  if (caps == nullptr) return;
  const CapsPtr current(gst_pad_get_current_caps(src));
  if (current != nullptr && gst_caps_is_equal(current.get(), caps.get())) return;
  gst_pad_push_event(src, gst_event_new_caps(caps.get()));
  layout.known = false;
}

GstFlowReturn push_buffer(GstPad* src, BufferPtr buffer, const CapsPtr& caps) {
  return guarded(GST_ELEMENT(element_of(src)), Phase::kRunning, GST_FLOW_ERROR, [&] {
    PadState::Layout& layout = state_of(src).layout;
    ensure_caps(src, layout, caps);
    BufferPtr readable = in_readable_layout(src, layout, std::move(buffer));
    return gst_pad_push(src, readable.release());
  });
}

void push_event(GstPad* src, EventPtr event) {
  PadState& state = state_of(src);
  OutputQueue& queue = state.outlet->queue;
  const GstEventType type = GST_EVENT_TYPE(event.get());
  const bool sent = gst_pad_push_event(src, share(event.get()).release());
  if (type == GST_EVENT_CAPS) state.layout.known = false;
  // A flush was faster: what lasts is still due after it.
  if (!sent && GST_EVENT_IS_STICKY(event.get())) queue.put_back(as_item(std::move(event)));
  // Nobody upstream will push another frame and see it.
  GstStipPredict* self = element_of(src);
  if (type == GST_EVENT_EOS && queue.flow() == GST_FLOW_NOT_LINKED &&
      self->state->stream.flow() == GST_FLOW_NOT_LINKED) {
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

void report_flow(GstPad* src, GstFlowReturn flow) {
  GST_DEBUG_OBJECT(src, "downstream returned %s", gst_flow_get_name(flow));
  GstStipPredict* self = element_of(src);
  const CapsPtr refused = flow == GST_FLOW_NOT_NEGOTIATED ? refused_caps(src) : nullptr;
  // Before anybody upstream sees the flow, and tells of it with fewer words.
  if (refused != nullptr) tell_refused_caps(self, refused.get());
  const bool ended = state_of(src).outlet->queue.fail(flow);
  if (refused != nullptr) return;
  if (ended && flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(self, flow);
}

void push_frame(GstPad* src, BufferPtr buffer, const CapsPtr& caps) {
  OutputQueue& queue = state_of(src).outlet->queue;
  const bool linked = gst_pad_is_linked(src);
  const GstFlowReturn flow = push_buffer(src, std::move(buffer), caps);
  if (flow == GST_FLOW_OK) {
    queue.succeed();
    return;
  }
  report_flow(src, flow);
  // A peer that came between the push and the report has told so too early.
  if (!linked && gst_pad_is_linked(src)) queue.link();
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
  OutputQueue& queue = state_of(src).outlet->queue;
  CapsPtr caps;
  MiniObjectPtr item = queue.pop(&caps);
  if (item == nullptr) {
    gst_pad_pause_task(src);
    // A flush may have ended after pop() and before the pause, and found the task running.
    if (queue.flow() == GST_FLOW_OK) continue_task(src);
    return;
  }
  if (GST_IS_BUFFER(item.get())) {
    push_frame(src, BufferPtr(GST_BUFFER_CAST(item.release())), caps);
  } else {
    push_event(src, EventPtr(GST_EVENT_CAST(item.release())));
  }
  queue.done();
}

gboolean activate(GstPad* src, GstObject*, GstPadMode mode, gboolean active) {
  PadState& state = state_of(src);
  OutputQueue& queue = state.outlet->queue;
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  if (active) {
    state.layout = {};
    queue.open();
    return gst_pad_start_task(src, push_next, src, nullptr);
  }
  queue.close();
  const gboolean stopped = gst_pad_stop_task(src);
  queue.clear();
  return stopped;
}

// Sticky events that were still under way hold after a flush, but for the position.
void keep_sticky(GstPad* src, std::deque<MiniObjectPtr> items) {
  for (const MiniObjectPtr& item : items) {
    if (!GST_IS_EVENT(item.get())) continue;
    GstEvent* event = GST_EVENT_CAST(item.get());
    if (lasts(event)) gst_pad_store_sticky_event(src, event);
  }
}

void note_link(GstPad* pad, GstPad*, gpointer linked) {
  outlet_of(pad)->linked = linked != nullptr;
}

}  // namespace

void attach_outlet(GstPad* pad, const std::shared_ptr<Outlet>& outlet) {
  g_object_set_qdata_full(G_OBJECT(pad), state_quark(), new PadState{outlet, {}},
                          [](gpointer state) { delete static_cast<PadState*>(state); });
  gst_pad_set_activatemode_function(pad, GST_DEBUG_FUNCPTR(activate));
  gst_pad_set_event_function(pad, GST_DEBUG_FUNCPTR(outlet_pad_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(outlet_pad_query));
  g_signal_connect(pad, "linked", G_CALLBACK(note_link), GINT_TO_POINTER(1));
  g_signal_connect(pad, "unlinked", G_CALLBACK(note_link), nullptr);
}

const std::shared_ptr<Outlet>& outlet_of(GstPad* pad) { return state_of(pad).outlet; }

void pause_output(GstPad* pad) { gst_pad_pause_task(pad); }

void resume_output(GstPad* pad) {
  PadState& state = state_of(pad);
  keep_sticky(pad, state.outlet->queue.reopen());
  state.layout.known = false;
  continue_task(pad);
}

}  // namespace stip::gst
