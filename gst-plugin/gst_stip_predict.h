#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <optional>

#include "element_reporter.h"
#include "gpu_memory.h"
#include "model_loading.h"
#include "settings.h"
#include "stream.h"
#include "telemetry.h"

typedef struct _GstStipPredict GstStipPredict;

namespace stip::gst {

/// Everything behind the GObject shell.
///
/// Locks, outermost first; none is taken while one further down is held:
///   1. GStreamer's state lock         state changes; guards model and loaded (in PAUSED and
///   PLAYING
///                                     they are the loading thread's)
///   2. the sink pad's stream lock     serialized input; guards stream. The timer's thread takes it
///                                     where frames are missing, and waits with no lock held
///      a source pad's stream lock     its task. They never meet: queues are what pads share
///   3. a Side's mutex                 while events enter queues, and outlets come and go
///   4. an Outlet's feed mutex         while one frame or event enters its queue
///   5. the element's object lock      settings; held to copy them, never while calling out
///   6. the mutexes of OutputQueue, PredictionWorker, Telemetry, QosGate, EarlierPredictions,
///      AheadPictures, PipelineTimer,  a few instructions each (the first two also to wait); never
///      ModelSlot, ModelSwap           two of them
/// Nothing is posted or pushed to a pad while one of 3 to 6 is held. A feed mutex (4) may be held
/// while its queue (6) is full, but only by the streaming thread: the worker never waits, and what
/// comes from other threads (a flush, a release) closes the queue first, without 4.
struct ElementState {
  explicit ElementState(GstStipPredict* element);

  Settings settings;
  /// Where pictures may be; as settings. Unknown (none) before READY: then both are shown.
  std::optional<GpuPtr> memory;

  std::shared_ptr<const Model> model;
  ModelSettings loaded;  ///< what `model` was loaded by

  Telemetry telemetry;
  ElementReporter reporter;
  Stream stream;
  ModelSwap swap;
  CapsPtr refused_caps;  ///< those of the last CAPS event where they could not be used; as stream

  std::atomic<bool> refusal_told{false};  ///< that downstream does not take what is shown
  std::atomic<guint64> late_told{0};      ///< properties that were set too late, a bit each
  std::atomic<guint32> seek_seqnum{GST_SEQNUM_INVALID};
  GstFlowReturn told_upstream = GST_FLOW_OK;  ///< by the last frame; as stream
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
/// The GPU whose memory pictures may be in. Null: none, or not known yet.
GpuPtr gpu_of(GstStipPredict* self) noexcept;
/// Whether caps in a GPU's memory are to be shown: where the model and what is set can use it.
bool shows_gpu_memory(GstStipPredict* self) noexcept;

}  // namespace stip::gst
