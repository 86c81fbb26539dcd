#include "gst_stip_predict_pad.h"

#include "enums.h"
#include "outlet_pad.h"

G_DEFINE_TYPE(GstStipPredictPad, gst_stip_predict_pad, GST_TYPE_PAD)

namespace stip::gst {
namespace {

enum Property : guint { kHorizon = 1, kTimestamps };

constexpr auto kPlaying = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                   GST_PARAM_MUTABLE_PLAYING);

void set_pad_property(GObject* object, guint id, const GValue* value, GParamSpec* pspec) {
  Outlet& outlet = *outlet_of(GST_PAD(object));
  switch (id) {
    case kHorizon:
      outlet.horizon = g_value_get_int(value);
      break;
    case kTimestamps:
      outlet.timestamps = static_cast<Timestamps>(g_value_get_enum(value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

void get_pad_property(GObject* object, guint id, GValue* value, GParamSpec* pspec) {
  const Outlet& outlet = *outlet_of(GST_PAD(object));
  switch (id) {
    case kHorizon:
      g_value_set_int(value, outlet.horizon);
      break;
    case kTimestamps:
      g_value_set_enum(value, static_cast<int>(outlet.timestamps.load()));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

}  // namespace
}  // namespace stip::gst

static void gst_stip_predict_pad_class_init(GstStipPredictPadClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = stip::gst::set_pad_property;
  object_class->get_property = stip::gst::get_pad_property;
  g_object_class_install_property(
      object_class, stip::gst::kHorizon,
      g_param_spec_int("horizon", "Horizon",
                       "How far ahead this pad shows, in frames; by default the number of the pad. "
                       "Example: pred_1::horizon=3",
                       1, stip::kMaxHorizon, 1, stip::gst::kPlaying));
  g_object_class_install_property(
      object_class, stip::gst::kTimestamps,
      g_param_spec_enum("timestamps", "Timestamps",
                        "When a prediction is shown. target: horizon frames later, at the time it "
                        "is for. source: with the frame it was made from",
                        gst_stip_predict_timestamps_get_type(),
                        static_cast<int>(stip::gst::Timestamps::kTarget), stip::gst::kPlaying));
}

static void gst_stip_predict_pad_init(GstStipPredictPad*) {}
