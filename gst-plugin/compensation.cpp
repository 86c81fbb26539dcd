#include "compensation.h"

#include <algorithm>

namespace stip::gst {

int Compensation::horizon(GstClockTime latency, GstClockTime d, GstClockTime now) {
  if (!GST_CLOCK_TIME_IS_VALID(d) || d == 0) return std::max(horizon_, 1);
  const GstClockTime frames = latency / d + (latency % d > 0 ? 1 : 0);
  const int wanted =
      static_cast<int>(std::clamp<GstClockTime>(frames, 1, static_cast<GstClockTime>(kMaxHorizon)));
  if (horizon_ == 0) {
    horizon_ = wanted;
    moved_at_ = now;
  }
  // A picture that jumps to and fro between horizons is worse than one that is a frame off.
  if (wanted != horizon_ && now >= moved_at_ + GST_SECOND) {
    horizon_ += wanted > horizon_ ? 1 : -1;
    moved_at_ = now;
  }
  return horizon_;
}

GstClockTime latency_to_compensate(const FrameSettings& settings, GstClockTime configured,
                                   GstClockTime estimate, GstClockTime told) {
  if (settings.compensate != kMeasuredLatency) {
    return static_cast<GstClockTime>(settings.compensate) + estimate;
  }
  const GstClockTime rest = estimate > told ? estimate - told : 0;
  return configured + settings.display_delay + rest;
}

}  // namespace stip::gst
