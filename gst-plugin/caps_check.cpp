#include "caps_check.h"

#include "caps_query.h"
#include "debug.h"
#include "gpu_limits.h"
#include "outlet_pad_requests.h"
#include "too_large.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

bool in_template(GstPad* sink, GstCaps* caps) {
  const CapsPtr all(gst_pad_get_pad_template_caps(sink));
  return gst_caps_is_subset(caps, all.get()) != FALSE;
}

// From the field itself: alternating fields have caps features of their own, or no GstVideoInfo.
bool is_interlaced(const GstCaps* caps) {
  const GstStructure* video = gst_caps_get_structure(caps, 0);
  const char* mode = gst_structure_get_string(video, "interlace-mode");
  return mode != nullptr && g_strcmp0(mode, "progressive") != 0;
}

bool in_other_memory(const GstCaps* caps) {
  GstCapsFeatures* features = gst_caps_get_features(caps, 0);
  return features != nullptr &&
         !gst_caps_features_is_equal(features, GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

// Of caps that the template does not have.
std::string template_problem(const GstCaps* caps) {
  const GstStructure* video = gst_caps_get_structure(caps, 0);
  if (!gst_structure_has_name(video, "video/x-raw")) {
    return std::string("stippredict takes raw video, not ") + gst_structure_get_name(video) +
           "; put decodebin before it.";
  }
  if (in_other_memory(caps)) {
    return "stippredict does not read video in this kind of memory; put the element before it that "
           "downloads it (gldownload, cudadownload, vapostproc).";
  }
  const char* format = gst_structure_get_string(video, "format");
  return std::string("stippredict takes raw video of 8 bits a component, but not ") +
         (format != nullptr ? format : "this") + "; put videoconvert before it.";
}

// A sentence for the user where this video cannot be taken at all; empty where it can.
std::string caps_problem(GstStipPredict* self, GstCaps* caps) {
  if (is_interlaced(caps)) {
    return "Interlaced video cannot be predicted; put deinterlace before stippredict.";
  }
  if (!in_template(self->sink, caps)) return template_problem(caps);
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, caps)) return kTooLarge;
  if (in_gpu_memory(caps) && !shows_gpu_memory(self)) {
    return gpu_memory_problem(frame_settings(self), self->state->model->info().device);
  }
  return "";
}

GstPadProbeReturn look_at_caps(GstPad* sink, GstPadProbeInfo* probe, gpointer) {
  GstEvent* event = gst_pad_probe_info_get_event(probe);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  if (gst_pad_query_accept_caps(sink, caps)) return GST_PAD_PROBE_OK;
  const ObjectPtr<GstElement> element(gst_pad_get_parent_element(sink));
  if (element == nullptr) return GST_PAD_PROBE_OK;
  GstStipPredict* self = GST_STIP_PREDICT(element.get());
  if (!check_caps(self, caps)) return GST_PAD_PROBE_OK;
  // They are refused because of what is downstream, which may change. While video plays already,
  // upstream may be about to offer others, and report_flow() tells of a refusal that lasts.
  self->state->refused_caps.reset();
  if (!gst_pad_has_current_caps(sink)) {
    tell_refused_caps(self, shown_caps(caps, frame_settings(self).output).get());
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

bool check_caps(GstStipPredict* self, GstCaps* caps) {
  ElementState& state = *self->state;
  // Upstream offers refused caps again with its next frame.
  if (state.refused_caps != nullptr && gst_caps_is_equal(state.refused_caps.get(), caps)) {
    return false;
  }
  state.refused_caps = share(caps);
  const std::string problem = caps_problem(self, caps);
  if (problem.empty()) return true;
  GST_ELEMENT_ERROR(self, CORE, NEGOTIATION, ("%s", problem.c_str()),
                    ("caps: %" GST_PTR_FORMAT, caps));
  return false;
}

void tell_of_refused_caps(GstPad* sink) {
  gst_pad_add_probe(sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, look_at_caps, nullptr, nullptr);
}

}  // namespace stip::gst
