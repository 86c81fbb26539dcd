/**
 * SECTION:element-stippredict
 * @title: stippredict
 *
 * Shows the future of a video. A neural network (STIP) looks at the newest frames and predicts the
 * ones that come next; the element gives out the prediction `horizon` frames ahead, alone or beside
 * the original.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 videotestsrc ! stippredict model=copy-last horizon=4 ! videoconvert !
 * autovideosink
 * ]| The built-in model copy-last needs no file: every future frame is the newest one.
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! stippredict model=small
 *   horizon=5 output=side-by-side ! videoconvert ! autovideosink
 * ]| The original at the left; at the right what was predicted for that same moment 5 frames
 * before.
 */
#include "gst_stip_predict.h"

#include "debug.h"
#include "formats.h"
#include "gpu_limits.h"
#include "gst_stip_predict_pad.h"
#include "guard.h"
#include "hot_swap.h"
#include "object_lock.h"
#include "outlet_pad.h"
#include "properties.h"
#include "request_pads.h"
#include "sink_pad.h"

GST_DEBUG_CATEGORY(stip_predict_debug);
#define GST_CAT_DEFAULT stip_predict_debug

G_DEFINE_TYPE_WITH_CODE(GstStipPredict, gst_stip_predict, GST_TYPE_ELEMENT,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_CHILD_PROXY, stip::gst::child_proxy_init)
                            GST_DEBUG_CATEGORY_INIT(stip_predict_debug, "stippredict", 0,
                                                    "prediction of video frames"))

namespace stip::gst {
namespace {

#define STIP_HOST_CAPS GST_VIDEO_CAPS_MAKE(STIP_HOST_FORMATS)

// First the GPU's: nothing has to be copied for it.
#ifdef STIP_GPU_MEMORY
#define STIP_CAPS \
  GST_VIDEO_CAPS_MAKE_WITH_FEATURES("memory:CUDAMemory", STIP_GPU_FORMATS) ";" STIP_HOST_CAPS
#else
#define STIP_CAPS STIP_HOST_CAPS
#endif

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(STIP_CAPS));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(STIP_CAPS));
GstStaticPadTemplate original_template =
    GST_STATIC_PAD_TEMPLATE("original", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS(STIP_CAPS));
GstStaticPadTemplate prediction_template =
    GST_STATIC_PAD_TEMPLATE("pred_%u", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS(STIP_CAPS));

// Where pictures may be from now on; neighbours that are still to be opened can use the same
// context.
void adopt_memory(GstStipPredict* self, GpuPtr gpu) {
  if (gpu != nullptr) offer_context(GST_ELEMENT(self), *gpu);
  std::optional<GpuPtr> memory(std::move(gpu));
  const ObjectLock lock(self);
  self->state->memory.swap(memory);
}

// Of the memory that is shown: a GPU's number, -1: the host's; none: not known yet.
std::optional<int> memory_device(GstStipPredict* self) {
  const ObjectLock lock(self);
  const std::optional<GpuPtr>& memory = self->state->memory;
  if (!memory.has_value()) return std::nullopt;
  return *memory == nullptr ? -1 : (*memory)->device;
}

// An upstream that has nothing but a GPU's memory would fail with no word about why.
void check_upstream(GstStipPredict* self, const FrameSettings& settings) {
  if (shows_gpu_memory(self)) return;
  const CapsPtr given(gst_pad_peer_query_caps(self->sink, nullptr));
  if (!in_gpu_memory(given.get())) return;
  if (!gst_caps_is_empty(without_gpu_memory(given.get()).get())) return;
  throw Error(ErrorCode::kInvalidArgument,
              gpu_memory_problem(settings, self->state->model->info().device));
}

// Loads what the properties name, unless it is loaded already.
void load(GstStipPredict* self, const ModelSettings& wanted) {
  ElementState& state = *self->state;
  if (state.model == nullptr || !(state.loaded == wanted)) {
    state.model = load_shared(wanted);
    state.loaded = wanted;
    GST_INFO_OBJECT(self, "model %s: context %d", wanted.model.c_str(),
                    state.model->info().context);
  }
  // Also of a model that was swapped in while playing.
  const int device = state.model->info().device;
  if (memory_device(self) != device) adopt_memory(self, open_gpu(device));
}

void start(GstStipPredict* self) {
  const Settings settings = current_settings(self);
  load(self, settings.model);
  check_upstream(self, settings.frame);
  self->state->telemetry.reset();
  self->state->reporter.restart();
  self->state->refusal_told = false;
  self->state->late_told = 0;
  self->state->seek_seqnum = GST_SEQNUM_INVALID;
  self->state->told_upstream = GST_FLOW_OK;
  PredictorSettings predictor = settings.predictor;
  predictor.threads = settings.model.threads;
  self->state->stream.start(self->state->model, predictor, gpu_of(self));
  start_hot_swap(self);
}

// What has to be there before GStreamer activates the pads.
void change_up(GstStipPredict* self, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) load(self, current_settings(self).model);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) start(self);
}

// Before the pads are made inactive, which waits for their threads: nothing may keep those.
void wake_threads(GstStipPredict* self, GstStateChange transition) {
  if (transition != GST_STATE_CHANGE_PAUSED_TO_READY) return;
  self->state->swap.stop();
  self->state->stream.abort();
}

// What may go once the pads are inactive and the task has ended.
void change_down(GstStipPredict* self, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    self->state->stream.stop();
    self->state->refused_caps.reset();
  }
  if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    self->state->model.reset();
    self->state->stream.forget_gpu();
    std::optional<GpuPtr> memory;  // freed without the lock: it may be the last of its context
    const ObjectLock lock(self);
    self->state->memory.swap(memory);
  }
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange transition) {
  GstStipPredict* self = GST_STIP_PREDICT(element);
  const bool ready = guarded(element, Phase::kPreparing, false, [&] {
    change_up(self, transition);
    return true;
  });
  if (!ready) return GST_STATE_CHANGE_FAILURE;
  wake_threads(self, transition);
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) self->state->stream.timer().pause();
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_stip_predict_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) {
    self->state->stream.timer().play(gst_element_get_base_time(element));
  }
  return guarded(element, Phase::kPreparing, GST_STATE_CHANGE_FAILURE, [&] {
    change_down(self, transition);
    return result;
  });
}

// Also in PLAYING, where a clock is lost.
gboolean set_clock(GstElement* element, GstClock* clock) {
  GST_STIP_PREDICT(element)->state->stream.timer().set_clock(clock);
  return GST_ELEMENT_CLASS(gst_stip_predict_parent_class)->set_clock(element, clock);
}

// The lock of the sink pad's stream, whoever takes it.
void with_stream_lock(GstPad* sink, const std::function<void()>& body) {
  GST_PAD_STREAM_LOCK(sink);
  body();
  GST_PAD_STREAM_UNLOCK(sink);
}

void finalize(GObject* object) {
  delete GST_STIP_PREDICT(object)->state;
  G_OBJECT_CLASS(gst_stip_predict_parent_class)->finalize(object);
}

}  // namespace

ElementState::ElementState(GstStipPredict* element)
    : reporter(GST_ELEMENT(element), telemetry),
      stream(telemetry, reporter, [element](const std::function<void()>& body) {
        with_stream_lock(element->sink, body);
      }) {}

Settings current_settings(GstStipPredict* self) {
  const ObjectLock lock(self);
  return self->state->settings;
}

FrameSettings frame_settings(GstStipPredict* self) noexcept {
  const ObjectLock lock(self);
  return self->state->settings.frame;
}

GpuPtr gpu_of(GstStipPredict* self) noexcept {
  const ObjectLock lock(self);
  return self->state->memory.value_or(nullptr);
}

bool shows_gpu_memory(GstStipPredict* self) noexcept {
  const ObjectLock lock(self);
  if (!self->state->memory.has_value()) return true;
  return *self->state->memory != nullptr && !needs_host_memory(self->state->settings.frame);
}

}  // namespace stip::gst

static void gst_stip_predict_class_init(GstStipPredictClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = stip::gst::finalize;
  element_class->change_state = stip::gst::change_state;
  element_class->set_clock = stip::gst::set_clock;
  stip::gst::install_properties(G_OBJECT_CLASS(klass));
  gst_element_class_add_static_pad_template(element_class, &stip::gst::sink_template);
  gst_element_class_add_static_pad_template(element_class, &stip::gst::src_template);
  gst_element_class_add_static_pad_template(element_class, &stip::gst::original_template);
  gst_element_class_add_static_pad_template_with_gtype(
      element_class, &stip::gst::prediction_template, GST_TYPE_STIP_PREDICT_PAD);
  stip::gst::install_request_pads(element_class);
  gst_type_mark_as_plugin_api(GST_TYPE_STIP_PREDICT_PAD, static_cast<GstPluginAPIFlags>(0));
  gst_element_class_set_static_metadata(
      element_class, "Video future predictor", "Filter/Effect/Video",
      "Predicts the next frames of a video with the STIP network and shows them, alone or beside "
      "the original. Try: videotestsrc ! stippredict model=copy-last output=side-by-side ! "
      "videoconvert ! autovideosink",
      "The STIP for GStreamer authors");
}

static void gst_stip_predict_init(GstStipPredict* self) {
  self->state = new stip::gst::ElementState(self);
  self->sink = stip::gst::new_sink_pad(&stip::gst::sink_template);
  self->src = gst_pad_new_from_static_template(&stip::gst::src_template, "src");
  stip::gst::attach_outlet(self->src, self->state->stream.main());
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}
