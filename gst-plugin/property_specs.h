#pragma once

#include <glib-object.h>

namespace stip::gst {

/// Identifiers of the element's properties; those up to kLastWritable can be set.
enum Property : guint {
  kModel = 1,
  kDevice,
  kPrecision,
  kThreads,
  kState,
  kContext,
  kResize,
  kAsync,
  kHorizon,
  kOutput,
  kTimestamps,
  kMaxGap,
  kGapPolicy,
  kLatePolicy,
  kInterval,
  kQos,
  kCompensate,
  kDisplayDelay,
  kMaxLatency,
  kDrainTimeout,
  kOnError,
  kPostMessages,
  kStatsInterval,
  kSceneChangeThreshold,
  kAnomalyThreshold,
  kAutoBypass,
  kConcealWait,
  kMaxConceal,
  kRejoinFrames,
  kLastWritable = kRejoinFrames,
  kStats,
  kLatencyEstimate
};

/// Names, defaults, ranges and descriptions.
void install_property_specs(GObjectClass* klass);

}  // namespace stip::gst
