#pragma once

#include <gst/gst.h>

#include "settings.h"

namespace stip::gst {

/// Chooses how far to predict so that a picture shown late shows its own time. One thread.
class Compensation {
 public:
  /// The smallest horizon in 1..kMaxHorizon with horizon * d >= `latency`; after the first choice
  /// it moves by at most 1 in a second of `now`. d unknown: the horizon so far.
  int horizon(GstClockTime latency, GstClockTime d, GstClockTime now);
  void reset() { *this = {}; }

 private:
  int horizon_ = 0;  // 0: not chosen yet
  GstClockTime moved_at_ = 0;
};

/// The latency to make up for on a pad: given, or that of its last LATENCY event (0: none came)
/// with the display's; the network's own part (`estimate`, of which `told` is in what the pipeline
/// counts) included.
GstClockTime latency_to_compensate(const FrameSettings& settings, GstClockTime configured,
                                   GstClockTime estimate, GstClockTime told);

}  // namespace stip::gst
