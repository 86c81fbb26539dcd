#include "own_latency.h"

#include <algorithm>

namespace stip::gst {

GstClockTime latency_limit(GstClockTime max_latency, GstClockTime step) {
  return GST_CLOCK_TIME_IS_VALID(max_latency) ? max_latency : step;
}

GstClockTime conceal_wait(const FrameSettings& settings, GstClockTime step) {
  if (settings.conceal_wait >= 0) return static_cast<GstClockTime>(settings.conceal_wait);
  return GST_CLOCK_TIME_IS_VALID(step) ? step / 2 : 0;
}

GstClockTime own_latency(const View& view, const LatencyFacts& facts) {
  if (facts.idle) return 0;
  const GstClockTime wait = view.output == Output::kConceal ? facts.conceal_wait : 0;
  if (!facts.async) return facts.estimate + wait;
  if (wait > 0) return wait;
  if (view.output != Output::kPredicted) return 0;
  GstClockTime own = facts.estimate;
  // A prediction for a later time is made before its time: that much is gained.
  if (view.timestamps == Timestamps::kTarget && GST_CLOCK_TIME_IS_VALID(facts.step)) {
    const GstClockTime ahead = static_cast<GstClockTime>(view.horizon) * facts.step;
    own = own > ahead ? own - ahead : 0;
  }
  // GST_CLOCK_TIME_NONE is the largest number: no limit.
  return std::min(own, latency_limit(facts.max_latency, facts.step));
}

}  // namespace stip::gst
