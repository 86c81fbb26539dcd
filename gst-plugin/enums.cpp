#include "enums.h"

#include "settings.h"

namespace {

using stip::Resize;
using stip::gst::Async;
using stip::gst::GapPolicy;
using stip::gst::LatePolicy;
using stip::gst::OnError;
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
    {value(Output::kDifference),
     "How far the input is from what was predicted for it, four times enlarged, on black",
     "difference"},
    {value(Output::kConceal),
     "The input, with predictions in the place of frames that are missing or damaged", "conceal"},
    {value(Output::kHeatMap), "The input, coloured where it is not as predicted", "heat-map"},
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

const GEnumValue kAsyncs[] = {
    {value(Async::kAuto), "true where upstream is live, else false", "auto"},
    {value(Async::kTrue), "The network has a thread of its own; frames never wait for it", "true"},
    {value(Async::kFalse), "Every frame is predicted from, in order", "false"},
    {0, nullptr, nullptr}};

const GEnumValue kLatePolicies[] = {
    {value(LatePolicy::kSkipOutput), "They enter the network, but nothing is predicted from them",
     "skip-output"},
    {value(LatePolicy::kSkipInput), "The network does not see them", "skip-input"},
    {value(LatePolicy::kReset), "The network forgets what it has seen and starts anew", "reset"},
    {0, nullptr, nullptr}};

const GEnumValue kGapPolicies[] = {
    {value(GapPolicy::kRollout), "What was predicted for them takes their place", "rollout"},
    {value(GapPolicy::kReset), "The network forgets what it has seen", "reset"},
    {0, nullptr, nullptr}};

const GEnumValue kOnErrors[] = {
    {value(OnError::kError), "The stream ends with an error", "error"},
    {value(OnError::kPassthrough), "The input is shown, with a warning", "passthrough"},
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

GType gst_stip_predict_async_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictAsync", kAsyncs);
  return type;
}

GType gst_stip_predict_late_policy_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictLatePolicy", kLatePolicies);
  return type;
}

GType gst_stip_predict_gap_policy_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictGapPolicy", kGapPolicies);
  return type;
}

GType gst_stip_predict_on_error_get_type() {
  static const GType type = g_enum_register_static("GstStipPredictOnError", kOnErrors);
  return type;
}
