#pragma once

#include <gst/gst.h>

#include <string>

#include "stip/predictor.h"

namespace stip::gst {

enum class Output { kPredicted, kOriginal, kSideBySide };
enum class Timestamps { kTarget, kSource };
enum class StateChoice { kAuto, kWindow, kRecurrent };

/// What a model is loaded by; looked at in NULL->READY and READY->PAUSED.
struct ModelSettings {
  std::string model;
  std::string device = "auto";
  int threads = 0;

  bool operator==(const ModelSettings& other) const {
    return model == other.model && device == other.device && threads == other.threads;
  }
};

/// How the model is used; looked at in READY->PAUSED.
struct PredictorSettings {
  StateChoice state = StateChoice::kAuto;
  int context = 0;
  Resize resize = Resize::kAuto;
};

/// What may change while playing; looked at for each frame.
struct FrameSettings {
  int horizon = 1;
  Output output = Output::kPredicted;
  Timestamps timestamps = Timestamps::kTarget;
  GstClockTime max_gap = GST_SECOND;
};

/// All properties of the element; guarded by its object lock.
struct Settings {
  ModelSettings model;
  PredictorSettings predictor;
  FrameSettings frame;
};

}  // namespace stip::gst
