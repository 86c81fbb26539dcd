#pragma once

#include <gst/gst.h>

#include <memory>

#include "output_queue.h"
#include "settings.h"
#include "stream.h"
#include "telemetry.h"

namespace stip::gst {

/// Everything behind the GObject shell.
///
/// Locks, outermost first; none is taken while one further down is held:
///   1. GStreamer's state lock         state changes; guards model and loaded
///   2. the sink pad's stream lock     serialized input; guards stream
///      the src pad's stream lock      its task; guards layout. The two never meet: the queue is
///                                     what the pads share
///   3. the element's object lock      settings; held to copy them, never while calling out
///   4. the mutexes of queue, telemetry  a few instructions each (the queue's also to wait), never
///                                     both
/// Nothing is posted or pushed while 3 or 4 is held.
struct ElementState {
  Settings settings;

  std::shared_ptr<const Model> model;
  ModelSettings loaded;  ///< what `model` was loaded by

  OutputQueue queue;
  Telemetry telemetry;
  Stream stream{queue, telemetry};
  CapsPtr refused_caps;  ///< those of the last CAPS event where they could not be used; as stream

  /// What the src pad's task knows of the way downstream.
  struct Layout {
    GstVideoInfo info{};
    bool known = false;            ///< false: to be looked up again before the next frame
    bool video_meta_read = false;  ///< downstream understands strides and offsets of GstVideoMeta
  } layout;
};

}  // namespace stip::gst

G_BEGIN_DECLS

#define GST_TYPE_STIP_PREDICT (gst_stip_predict_get_type())
G_DECLARE_FINAL_TYPE(GstStipPredict, gst_stip_predict, GST, STIP_PREDICT, GstElement)

struct _GstStipPredict {
  GstElement parent;
  GstPad* sink;
  GstPad* src;
  stip::gst::ElementState* state;
};

G_END_DECLS

namespace stip::gst {

/// What the properties say now. Any thread.
Settings current_settings(GstStipPredict* self);
FrameSettings frame_settings(GstStipPredict* self) noexcept;

}  // namespace stip::gst
