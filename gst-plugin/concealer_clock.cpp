// The part of Concealer that follows the pipeline's clock.
#include <algorithm>

#include "concealer.h"
#include "own_latency.h"

namespace stip::gst {

// What is told is what is waited: both change together, and not with every jitter of d.
void Concealer::adopt_wait(const FrameSettings& settings) {
  if (!env_.facts.live) return;
  const GstClockTime wanted = conceal_wait(settings, step_);
  const GstClockTime told = env_.facts.conceal_wait;
  const GstClockTime moved = std::max(wanted, told) - std::min(wanted, told);
  const bool chosen = settings.conceal_wait >= 0;
  if (chosen ? moved == 0 : moved <= told / 4) return;
  env_.facts.conceal_wait = wanted;
  env_.telemetry.ask_for_latency();
}

// The running time at which the expected frame comes too late to be shown.
GstClockTime Concealer::too_late_for_the_next() const {
  const GstClockTime expected = policy_.expected(step_);
  if (!env_.facts.live || segment_.format != GST_FORMAT_TIME) return GST_CLOCK_TIME_NONE;
  // The segment ends before, where its stop is known; NONE is the largest number.
  if (!GST_CLOCK_TIME_IS_VALID(expected) || expected >= segment_.stop) return GST_CLOCK_TIME_NONE;
  const GstClockTime at = gst_segment_to_running_time(&segment_, GST_FORMAT_TIME, expected);
  if (!GST_CLOCK_TIME_IS_VALID(at)) return GST_CLOCK_TIME_NONE;
  const GstClockTime network = env_.facts.async ? 0 : env_.telemetry.latency();
  return at + env_.facts.upstream_latency + env_.facts.conceal_wait + network;
}

void Concealer::expect_next() {
  too_late_at_ = too_late_for_the_next();
  farther_at_ = GST_CLOCK_TIME_NONE;
  asked_for_ = policy_.horizon(step_, settings_);
  const GstClockTime now = env_.timer.now();
  const bool worth_it = env_.facts.async && GST_CLOCK_TIME_IS_VALID(too_late_at_) &&
                        asked_for_ > 0 && GST_CLOCK_TIME_IS_VALID(now);
  // Where a late frame is what the network goes on from, its followers are missing already.
  if (worth_it) farther_at_ = now + (asked_for_ > 1 ? 0 : step_ + step_ / 2);
  set_timer();
}

// GST_CLOCK_TIME_NONE is the largest number.
void Concealer::set_timer() { env_.timer.set(std::min(too_late_at_, farther_at_)); }

void Concealer::wake(GstClockTime running_time) {
  if (!env_.outlet.linked) return forget();
  if (farther_at_ <= running_time) look_farther(running_time);
  if (too_late_at_ <= running_time) fill_at(running_time);
  set_timer();
}

// The next frame has not come: the worker makes what the place after it would be filled with, and
// what the frames after the gap would fade in from.
void Concealer::look_farther(GstClockTime running_time) {
  const int most = farthest_ahead(settings_, step_);
  asked_for_ = std::min(asked_for_ + 1, most);
  farther_at_ = asked_for_ < most ? running_time + step_ : GST_CLOCK_TIME_NONE;
  env_.look_ahead(std::min(asked_for_ + settings_.rejoin_frames, kMaxHorizon));
}

void Concealer::fill_at(GstClockTime running_time) {
  // A queue that nobody empties is not worth filling; a frame that comes must not wait behind it.
  if (!env_.outlet.queue.has_room()) {
    too_late_at_ = running_time + step_;
    return;
  }
  const auto place = policy_.expire(step_, settings_);
  if (!place.has_value()) return forget();
  if (!env_.facts.async && place->horizon > 0) env_.look_ahead(place->horizon);
  {
    auto feed = env_.outlet.feed();
    if (!feed->behind(place->pts)) fill(feed, *place);
  }
  too_late_at_ = too_late_for_the_next();
  if (!GST_CLOCK_TIME_IS_VALID(too_late_at_)) farther_at_ = GST_CLOCK_TIME_NONE;
}

}  // namespace stip::gst
