#include "segment_rules.h"

namespace stip::gst {

bool continues(const GstSegment& now, const GstSegment& next) {
  return now.format == next.format && now.rate == next.rate &&
         now.applied_rate == next.applied_rate && now.flags == next.flags &&
         now.base == next.base && now.offset == next.offset && now.start == next.start &&
         now.time == next.time;
}

bool is_position(const GstEvent* event) {
  const GstEventType type = GST_EVENT_TYPE(event);
  return type == GST_EVENT_SEGMENT || type == GST_EVENT_EOS || type == GST_EVENT_GAP;
}

bool lasts(const GstEvent* event) { return GST_EVENT_IS_STICKY(event) && !is_position(event); }

bool predictable(const GstSegment& segment) {
  return segment.rate > 0 && (segment.flags & GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS) == 0;
}

bool breaks(GstClockTime last, GstClockTime pts, GstClockTime usual_step, GstClockTime max_gap) {
  if (!GST_CLOCK_TIME_IS_VALID(last) || !GST_CLOCK_TIME_IS_VALID(pts)) return false;
  if (pts < last) return true;
  if (!GST_CLOCK_TIME_IS_VALID(usual_step)) return false;
  const GstClockTime step = pts - last;
  // A slide show at one frame in five seconds has no holes, however short max_gap is.
  return step > usual_step + usual_step / 2 && step > max_gap;
}

int missing_between(GstClockTime last, GstClockTime pts, GstClockTime usual_step) {
  if (!GST_CLOCK_TIME_IS_VALID(last) || !GST_CLOCK_TIME_IS_VALID(pts) || pts <= last) return 0;
  if (!GST_CLOCK_TIME_IS_VALID(usual_step) || usual_step == 0) return 0;
  const GstClockTime step = pts - last;
  if (step <= usual_step + usual_step / 2) return 0;
  const GstClockTime frames = (step + usual_step / 2) / usual_step - 1;
  return static_cast<int>(MIN(frames, GstClockTime{G_MAXINT}));
}

}  // namespace stip::gst
