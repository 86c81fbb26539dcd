#include "properties.h"

#include "caps_query.h"
#include "debug.h"
#include "gst_stip_predict.h"
#include "late_property.h"
#include "monotonic_time.h"
#include "object_lock.h"
#include "outlet_pad_requests.h"
#include "property_specs.h"

#define GST_CAT_DEFAULT stip_predict_debug

namespace stip::gst {
namespace {

template <typename Enum>
Enum enum_value(const GValue* value) {
  return static_cast<Enum>(g_value_get_enum(value));
}

std::string string_value(const GValue* value) {
  const char* text = g_value_get_string(value);
  return text != nullptr ? text : "";
}

void store_frame(FrameSettings& frame, guint id, const GValue* value) {
  switch (id) {
    case kHorizon:
      frame.horizon = g_value_get_int(value);
      break;
    case kOutput:
      frame.output = enum_value<Output>(value);
      break;
    case kTimestamps:
      frame.timestamps = enum_value<Timestamps>(value);
      break;
    case kMaxGap:
      frame.max_gap = g_value_get_uint64(value);
      break;
    case kGapPolicy:
      frame.gap_policy = enum_value<GapPolicy>(value);
      break;
    case kLatePolicy:
      frame.late_policy = enum_value<LatePolicy>(value);
      break;
    case kInterval:
      frame.interval = g_value_get_int(value);
      break;
    case kQos:
      frame.qos = g_value_get_boolean(value) != FALSE;
      break;
    case kCompensate:
      frame.compensate = g_value_get_int64(value);
      break;
    case kDisplayDelay:
      frame.display_delay = g_value_get_uint64(value);
      break;
    case kMaxLatency:
      frame.max_latency = g_value_get_uint64(value);
      break;
    case kDrainTimeout:
      frame.drain_timeout = g_value_get_uint64(value);
      break;
    case kOnError:
      frame.on_error = enum_value<OnError>(value);
      break;
    case kPostMessages:
      frame.post_messages = g_value_get_boolean(value) != FALSE;
      break;
    case kRejoinFrames:
      frame.rejoin_frames = g_value_get_int(value);
      break;
    case kConcealWait:
      frame.conceal_wait = g_value_get_int64(value);
      break;
    case kMaxConceal:
      frame.max_conceal = g_value_get_uint64(value);
      break;
    case kAutoBypass:
      frame.auto_bypass = g_value_get_boolean(value) != FALSE;
      break;
    case kAnomalyThreshold:
      frame.anomaly_threshold = g_value_get_double(value);
      break;
    case kSceneChangeThreshold:
      frame.scene_change_threshold = g_value_get_double(value);
      break;
    case kStatsInterval:
      frame.stats_interval = g_value_get_uint64(value);
      break;
    default:
      break;
  }
}

// The object lock is held.
void store(Settings& settings, guint id, const GValue* value) {
  switch (id) {
    case kModel:
      settings.model.model = string_value(value);
      break;
    case kDevice:
      settings.model.device = string_value(value);
      break;
    case kPrecision:
      settings.model.precision = string_value(value);
      break;
    case kThreads:
      settings.model.threads = g_value_get_int(value);
      break;
    case kState:
      settings.predictor.state = enum_value<StateChoice>(value);
      break;
    case kContext:
      settings.predictor.context = g_value_get_int(value);
      break;
    case kResize:
      settings.predictor.resize = enum_value<Resize>(value);
      break;
    case kAsync:
      settings.predictor.async = enum_value<Async>(value);
      break;
    default:
      store_frame(settings.frame, id, value);
      break;
  }
}

void show_frame(const FrameSettings& frame, guint id, GValue* value) {
  switch (id) {
    case kHorizon:
      g_value_set_int(value, frame.horizon);
      break;
    case kOutput:
      g_value_set_enum(value, static_cast<int>(frame.output));
      break;
    case kTimestamps:
      g_value_set_enum(value, static_cast<int>(frame.timestamps));
      break;
    case kMaxGap:
      g_value_set_uint64(value, frame.max_gap);
      break;
    case kGapPolicy:
      g_value_set_enum(value, static_cast<int>(frame.gap_policy));
      break;
    case kLatePolicy:
      g_value_set_enum(value, static_cast<int>(frame.late_policy));
      break;
    case kInterval:
      g_value_set_int(value, frame.interval);
      break;
    case kQos:
      g_value_set_boolean(value, frame.qos);
      break;
    case kCompensate:
      g_value_set_int64(value, frame.compensate);
      break;
    case kDisplayDelay:
      g_value_set_uint64(value, frame.display_delay);
      break;
    case kMaxLatency:
      g_value_set_uint64(value, frame.max_latency);
      break;
    case kDrainTimeout:
      g_value_set_uint64(value, frame.drain_timeout);
      break;
    case kOnError:
      g_value_set_enum(value, static_cast<int>(frame.on_error));
      break;
    case kPostMessages:
      g_value_set_boolean(value, frame.post_messages);
      break;
    case kRejoinFrames:
      g_value_set_int(value, frame.rejoin_frames);
      break;
    case kConcealWait:
      g_value_set_int64(value, frame.conceal_wait);
      break;
    case kMaxConceal:
      g_value_set_uint64(value, frame.max_conceal);
      break;
    case kAutoBypass:
      g_value_set_boolean(value, frame.auto_bypass);
      break;
    case kAnomalyThreshold:
      g_value_set_double(value, frame.anomaly_threshold);
      break;
    case kSceneChangeThreshold:
      g_value_set_double(value, frame.scene_change_threshold);
      break;
    case kStatsInterval:
      g_value_set_uint64(value, frame.stats_interval);
      break;
    default:
      break;
  }
}

void show(const Settings& settings, guint id, GValue* value) {
  switch (id) {
    case kModel:
      g_value_set_string(value,
                         settings.model.model.empty() ? nullptr : settings.model.model.c_str());
      break;
    case kDevice:
      g_value_set_string(value, settings.model.device.c_str());
      break;
    case kPrecision:
      g_value_set_string(value, settings.model.precision.c_str());
      break;
    case kThreads:
      g_value_set_int(value, settings.model.threads);
      break;
    case kState:
      g_value_set_enum(value, static_cast<int>(settings.predictor.state));
      break;
    case kContext:
      g_value_set_int(value, settings.predictor.context);
      break;
    case kResize:
      g_value_set_enum(value, static_cast<int>(settings.predictor.resize));
      break;
    case kAsync:
      g_value_set_enum(value, static_cast<int>(settings.predictor.async));
      break;
    default:
      show_frame(settings.frame, id, value);
      break;
  }
}

bool changes(const Settings& settings, guint id, const GValue* value, GParamSpec* pspec) {
  GValue old_value = G_VALUE_INIT;
  g_value_init(&old_value, G_PARAM_SPEC_VALUE_TYPE(pspec));
  show(settings, id, &old_value);
  const bool differ = g_param_values_cmp(pspec, &old_value, value) != 0;
  g_value_unset(&old_value);
  return differ;
}

bool has_common(const CapsPtr& a, const CapsPtr& b) {
  return gst_caps_can_intersect(a.get(), b.get());
}

// Where downstream refuses what is shown now and upstream cannot give anything else, upstream is
// the first to fail, and nobody would know why.
void check_output(GstStipPredict* self, Output output) {
  const CapsPtr caps(gst_pad_get_current_caps(self->sink));
  if (caps == nullptr || !gst_pad_is_linked(self->src)) return;
  const CapsPtr shown = shown_caps(caps.get(), output);
  const CapsPtr taken(gst_pad_peer_query_caps(self->src, shown.get()));
  if (!gst_caps_is_empty(taken.get())) return;
  const CapsPtr accepted(gst_pad_query_caps(self->sink, nullptr));
  const CapsPtr given(gst_pad_peer_query_caps(self->sink, nullptr));
  if (!has_common(accepted, given)) tell_refused_caps(self, shown.get());
}

// The width may change, and what fitted downstream may fit no more.
void renegotiate(GstStipPredict* self, Output output) {
  self->state->refusal_told = false;
  check_output(self, output);
  gst_pad_push_event(self->sink, gst_event_new_reconfigure());
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* pspec) {
  if (id < kModel || id > kLastWritable) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  GstStipPredict* self = GST_STIP_PREDICT(object);
  const Settings before = current_settings(self);
  {
    const ObjectLock lock(self);
    store(self->state->settings, id, value);
  }
  const Settings now = current_settings(self);
  if (id == kModel) {
    self->state->swap.request(now.model);  // nothing in READY, where the next start loads it
  } else if (changes(before, id, value, pspec)) {
    tell_if_late(self, id, pspec);
  }
  if (before.frame.output != now.frame.output) renegotiate(self, now.frame.output);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* pspec) {
  GstStipPredict* self = GST_STIP_PREDICT(object);
  if (id == kStats) {
    Telemetry& telemetry = self->state->telemetry;
    telemetry.note_reader(monotonic_now());
    g_value_take_boxed(value, telemetry.structure());
  } else if (id == kLatencyEstimate) {
    g_value_set_uint64(value, self->state->telemetry.latency());
  } else if (id >= kModel && id <= kLastWritable) {
    show(current_settings(self), id, value);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

void reset(GstStipPredict* self) { self->state->stream.request_reset(); }

}  // namespace

void install_properties(GObjectClass* klass) {
  klass->set_property = set_property;
  klass->get_property = get_property;
  install_property_specs(klass);
  // Action `reset`: the network forgets what it has seen before the next frame, as after a seek.
  g_signal_new_class_handler("reset", G_TYPE_FROM_CLASS(klass),
                             static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION),
                             G_CALLBACK(reset), nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

}  // namespace stip::gst
