#pragma once

#include <gst/gst.h>

namespace stip::gst {

/// Whether frames in `next` go on where those in `now` were: only stop, position and duration may
/// differ. Otherwise there was a seek, and what was seen before says nothing of what follows.
bool continues(const GstSegment& now, const GstSegment& next);

/// Whether frames in this segment are consecutive and forward, so that a next one can be predicted.
bool predictable(const GstSegment& segment);

/// Whether the step from `last` to `pts` (either may be GST_CLOCK_TIME_NONE: no) breaks the stream:
/// backwards, or a hole (a step of more than 1.5 usual ones) longer than `max_gap`.
bool breaks(GstClockTime last, GstClockTime pts, GstClockTime usual_step, GstClockTime max_gap);

/// How many frames of the usual rhythm a hole (a step of more than 1.5 usual ones) stands for; 0
/// where there is none or nothing is known.
int missing_between(GstClockTime last, GstClockTime pts, GstClockTime usual_step);

/// Whether an event holds where the stream is now, and not after a flush.
bool is_position(const GstEvent* event);

/// Whether a serialized event is still due where a flush came before it could be sent: upstream
/// will not send it again.
bool lasts(const GstEvent* event);

}  // namespace stip::gst
