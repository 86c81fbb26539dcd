#pragma once

#include <gst/gst.h>

#include "settings.h"

namespace stip::gst {

/// What a pad shows of a frame: the element's settings for `src`, its own for a request pad.
struct View {
  Output output = Output::kPredicted;
  int horizon = 1;
  Timestamps timestamps = Timestamps::kTarget;
};

/// What is known when a LATENCY query comes.
struct LatencyFacts {
  bool idle = true;   ///< the network does not run at all
  bool async = true;  ///< the network has a thread of its own
  GstClockTime estimate = 0;
  GstClockTime step = GST_CLOCK_TIME_NONE;         ///< d
  GstClockTime max_latency = GST_CLOCK_TIME_NONE;  ///< none: one frame
  GstClockTime conceal_wait = 0;                   ///< in use; 0 where upstream is not live
};

/// The most that is waited for a prediction where the network has its own thread.
GstClockTime latency_limit(GstClockTime max_latency, GstClockTime step);

/// How long after its time a frame may still come before its place is filled (live).
GstClockTime conceal_wait(const FrameSettings& settings, GstClockTime step);

/// What the element adds to the latency of a pad that shows `view`.
GstClockTime own_latency(const View& view, const LatencyFacts& facts);

}  // namespace stip::gst
