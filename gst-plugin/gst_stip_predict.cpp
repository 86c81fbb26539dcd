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
#include "guard.h"
#include "object_lock.h"
#include "properties.h"
#include "sink_pad.h"
#include "src_pad.h"

GST_DEBUG_CATEGORY(stip_predict_debug);
#define GST_CAT_DEFAULT stip_predict_debug

G_DEFINE_TYPE_WITH_CODE(GstStipPredict, gst_stip_predict, GST_TYPE_ELEMENT,
                        GST_DEBUG_CATEGORY_INIT(stip_predict_debug, "stippredict", 0,
                                                "prediction of video frames"))

namespace stip::gst {
namespace {

#define STIP_CAPS                                                                            \
  GST_VIDEO_CAPS_MAKE(                                                                       \
      "{ BGR, RGB, BGRx, RGBx, xRGB, xBGR, BGRA, RGBA, ARGB, ABGR, NV12, NV21, I420, YV12, " \
      "YUY2, UYVY, GRAY8 }")

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(STIP_CAPS));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(STIP_CAPS));

// Loads what the properties name, unless it is loaded already.
void load(GstStipPredict* self, const ModelSettings& wanted) {
  ElementState& state = *self->state;
  if (state.model != nullptr && state.loaded == wanted) return;
  state.model = load_model({wanted.model, wanted.device, wanted.threads});
  state.loaded = wanted;
  GST_INFO_OBJECT(self, "model %s: context %d", wanted.model.c_str(), state.model->info().context);
}

void start(GstStipPredict* self) {
  const Settings settings = current_settings(self);
  load(self, settings.model);
  self->state->telemetry.reset();
  self->state->stream.start(self->state->model, settings.predictor);
}

// What has to be there before GStreamer activates the pads.
void change_up(GstStipPredict* self, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) load(self, current_settings(self).model);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) start(self);
}

// What may go once the pads are inactive and the task has ended.
void change_down(GstStipPredict* self, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    self->state->stream.stop();
    self->state->refused_caps.reset();
  }
  if (transition == GST_STATE_CHANGE_READY_TO_NULL) self->state->model.reset();
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange transition) {
  GstStipPredict* self = GST_STIP_PREDICT(element);
  const bool ready = guarded(element, Phase::kPreparing, false, [&] {
    change_up(self, transition);
    return true;
  });
  if (!ready) return GST_STATE_CHANGE_FAILURE;
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gst_stip_predict_parent_class)->change_state(element, transition);
  return guarded(element, Phase::kPreparing, GST_STATE_CHANGE_FAILURE, [&] {
    change_down(self, transition);
    return result;
  });
}

void finalize(GObject* object) {
  delete GST_STIP_PREDICT(object)->state;
  G_OBJECT_CLASS(gst_stip_predict_parent_class)->finalize(object);
}

}  // namespace

Settings current_settings(GstStipPredict* self) {
  const ObjectLock lock(self);
  return self->state->settings;
}

FrameSettings frame_settings(GstStipPredict* self) noexcept {
  const ObjectLock lock(self);
  return self->state->settings.frame;
}

}  // namespace stip::gst

static void gst_stip_predict_class_init(GstStipPredictClass* klass) {
  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = stip::gst::finalize;
  element_class->change_state = stip::gst::change_state;
  stip::gst::install_properties(G_OBJECT_CLASS(klass));
  gst_element_class_add_static_pad_template(element_class, &stip::gst::sink_template);
  gst_element_class_add_static_pad_template(element_class, &stip::gst::src_template);
  gst_element_class_set_static_metadata(
      element_class, "Video future predictor", "Filter/Effect/Video",
      "Predicts the next frames of a video with the STIP network and shows them, alone or beside "
      "the original. Try: videotestsrc ! stippredict model=copy-last output=side-by-side ! "
      "videoconvert ! autovideosink",
      "The STIP for GStreamer authors");
}

static void gst_stip_predict_init(GstStipPredict* self) {
  self->state = new stip::gst::ElementState;
  self->sink = stip::gst::new_sink_pad(&stip::gst::sink_template);
  self->src = stip::gst::new_src_pad(&stip::gst::src_template);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}
