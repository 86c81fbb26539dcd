#include "enums.h"

#include "settings.h"

namespace {

using stip::Resize;
using stip::gst::Output;
using stip::gst::StateChoice;
using stip::gst::Timestamps;

template <typename Enum>
constexpr int value(Enum e) {
  return static_cast<int>(e);
}

// GObject keeps these arrays for the life of the process.
const GEnumValue kOutputs[] = {
    {value(Output::kPredicted), "The predicted frames", "predicted"},
    {value(Output::kOriginal), "The input untouched, without running the network", "original"},
    {value(Output::kSideBySide),
     "The input at the left, its prediction at the right, twice as wide", "side-by-side"},
    {0, nullptr, nullptr}};

const GEnumValue kTimestamps[] = {
    {value(Timestamps::kTarget), "The time that the prediction is for", "target"},
    {value(Timestamps::kSource), "The time of the frame that the prediction was made from",
     "source"},
    {0, nullptr, nullptr}};

const GEnumValue kStates[] = {
    {value(StateChoice::kAuto), "As the model was trained", "auto"},
    {value(StateChoice::kWindow), "From the newest `context` frames alone, each time", "window"},
    {value(StateChoice::kRecurrent), "Memory is kept over the whole stream", "recurrent"},
    {0, nullptr, nullptr}};

const GEnumValue kResizes[] = {
    {value(Resize::kAuto), "Padded if the model runs at that size, else scaled", "auto"},
    {value(Resize::kScale), "Scaled to a size the model takes, and the prediction back", "scale"},
    {value(Resize::kPad), "Padded at the right and the bottom, and the prediction cropped", "pad"},
    {0, nullptr, nullptr}};

}  // namespace

GType gst_stip_predict_output_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictOutput", kOutputs);
  return type;
}

GType gst_stip_predict_timestamps_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictTimestamps", kTimestamps);
  return type;
}

GType gst_stip_predict_state_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictState", kStates);
  return type;
}

GType gst_stip_predict_resize_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictResize", kResizes);
  return type;
}
