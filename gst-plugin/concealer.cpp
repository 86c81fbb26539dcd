#include "concealer.h"

#include <algorithm>

#include "cross_fade.h"
#include "frame_metas.h"
#include "mapped_frame.h"

namespace stip::gst {
void Concealer::set_caps(const CapsPtr& caps, const GpuPtr& gpu) {
  pool_ = std::make_unique<FramePool>(caps.get(), gpu);
  forget();
}

void Concealer::forget() {
  policy_.reset();
  last_shown_.reset();
  fade_.clear();
  too_late_at_ = farther_at_ = GST_CLOCK_TIME_NONE;
  env_.timer.set(GST_CLOCK_TIME_NONE);
}

void Concealer::clear() {
  forget();
  pool_.reset();
  env_.facts.conceal_wait = 0;
}

bool Concealer::goes_on(GstClockTime pts, GstClockTime longest) const {
  return policy_.concealing() && pts <= policy_.last_out() + longest;
}

void Concealer::show(Outlet::Access& feed, Arrival arrival, const FrameSettings& settings,
                     const GstSegment& segment) {
  settings_ = {settings.max_conceal, settings.rejoin_frames};
  segment_ = segment;
  step_ = arrival.step_before;
  const GstClockTime pts = GST_BUFFER_PTS(arrival.frame.get());
  std::vector<Fill> fills;
  while (const auto place = policy_.fill_before(pts, step_, settings_)) fills.push_back(*place);
  // The place of a damaged frame is filled at once.
  const auto instead = arrival.damaged ? policy_.expire(step_, settings_) : std::nullopt;
  if (instead.has_value()) fills.push_back(*instead);
  const bool filled_before = policy_.concealing();
  Showing showing;
  showing.show = !instead.has_value();
  if (showing.show) showing = policy_.arrive(pts, step_, settings_);
  if (filled_before && !showing.show && !instead.has_value()) env_.telemetry.count_came_late();
  make_ready(fills, showing);
  for (const Fill& place : fills) fill(feed, place);
  if (showing.show) {
    if (showing.rejoins) keep_for_the_fade(showing);
    BufferPtr frame = std::move(arrival.frame);
    if (showing.partner.has_value()) {
      frame = faded(feed, *showing.partner, showing.share, frame.get());
    }
    last_shown_ = std::move(arrival.copy);
    PredictionNote note = env_.telemetry.note(0);
    note.source_pts = pts;
    frame.reset(gst_buffer_make_writable(frame.release()));
    attach_note(frame.get(), note);
    feed->show(std::move(frame), arrival.step);
  }
  step_ = arrival.step;
  adopt_wait(settings);
  expect_next();
}

// Without a worker, what is missing is predicted when that is known: from the frame before the gap,
// as far as the fade after it needs.
void Concealer::make_ready(const std::vector<Fill>& fills, const Showing& showing) {
  if (env_.facts.async) return;
  int farthest = 0;
  for (const Fill& place : fills) farthest = std::max(farthest, place.horizon);
  if (showing.rejoins && showing.partner.has_value() && showing.partner->horizon > 0) {
    farthest = std::max(farthest, showing.partner->horizon + settings_.rejoin_frames - 1);
  }
  if (farthest > 0) env_.look_ahead(std::min(farthest, kMaxHorizon));
}

// The frame that ends the gap enters the network, and what was predicted before it is forgotten.
void Concealer::keep_for_the_fade(const Showing& showing) {
  fade_.clear();
  for (int i = 0; i < settings_.rejoin_frames; ++i) {
    const GstClockTime pts = showing.partner->pts + static_cast<GstClockTime>(i) * step_;
    if (BufferPtr picture = env_.ahead.find(pts, step_ / 2); picture != nullptr) {
      fade_.push_back({pts, std::move(picture)});
    }
  }
}

void Concealer::fill(Outlet::Access& feed, const Fill& place) {
  last_shown_ = filling(place);
  env_.telemetry.count_concealed();
  feed->show(share(last_shown_.get()), step_);
}

// The prediction for this time, or else the picture before.
BufferPtr Concealer::picture_for(const Fill& place) const {
  BufferPtr made = place.horizon > 0 ? env_.ahead.find(place.pts, step_ / 2) : nullptr;
  if (made != nullptr) return made;
  return last_shown_ != nullptr ? share(last_shown_.get()) : nullptr;
}

BufferPtr Concealer::filling(const Fill& place) {
  const BufferPtr picture = picture_for(place);
  // Memory stays shared; stamps and metas are its own.
  BufferPtr own(picture != nullptr ? gst_buffer_copy(picture.get()) : pool_->acquire().release());
  PredictionNote note = note_of(own.get()).value_or(env_.telemetry.note(0));
  note.concealed = true;
  attach_note(own.get(), note);
  GST_BUFFER_PTS(own.get()) = place.pts;
  GST_BUFFER_DTS(own.get()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(own.get()) = step_;
  GST_BUFFER_FLAG_SET(own.get(), GST_BUFFER_FLAG_GAP);
  return own;
}

// A true frame after a gap, not yet alone.
BufferPtr Concealer::faded(Outlet::Access& feed, const Fill& partner, double share_of_frame,
                           GstBuffer* frame) {
  const auto kept = std::find_if(fade_.begin(), fade_.end(), [&](const auto& entry) {
    const GstClockTime away = std::max(entry.pts, partner.pts) - std::min(entry.pts, partner.pts);
    return away <= step_ / 2;
  });
  const bool predicted = partner.horizon > 0 && kept != fade_.end();
  GstBuffer* expected = predicted ? kept->picture.get() : last_shown_.get();
  if (expected == nullptr) return share(frame);
  BufferPtr mixed = feed->acquire();
  {
    const GstVideoInfo& info = pool_->info();
    const MappedFrame from(info, expected, GST_MAP_READ);
    const MappedFrame to(info, frame, GST_MAP_READ);
    const MappedFrame both(info, mixed.get(), GST_MAP_WRITE);
    cross_fade(from.get(), to.get(), share_of_frame, both.get());
  }
  copy_stamps(frame, mixed.get());
  copy_metas(frame, mixed.get());
  return mixed;
}

}  // namespace stip::gst
