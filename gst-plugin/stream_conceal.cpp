// The part of Stream that puts pictures where frames are missing (output=conceal).
#include <algorithm>
#include <vector>

#include "cross_fade.h"
#include "frame_metas.h"
#include "mapped_frame.h"
#include "stream.h"

namespace stip::gst {
namespace {

constexpr auto kStamps =
    static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS);

}  // namespace

void Stream::forget_gaps() {
  policy_.reset();
  last_shown_.reset();
}

void Stream::conceal(Outlet::Access& feed, BufferPtr frame) {
  const ConcealSettings settings{0, settings_.max_conceal, settings_.rejoin_frames};
  const GstClockTime pts = GST_BUFFER_PTS(frame.get());
  std::vector<Fill> fills;
  while (const auto fill = policy_.fill_before(pts, step_before_, settings)) fills.push_back(*fill);
  // The place of a damaged frame is filled at once.
  const std::optional<Fill> instead =
      damaged_ ? policy_.expire(step_before_, settings) : std::nullopt;
  if (instead.has_value()) fills.push_back(*instead);
  Showing showing;
  showing.show = !instead.has_value();
  if (showing.show) showing = policy_.arrive(pts, step_before_, settings);
  look_ahead(fills, showing);
  for (const Fill& fill : fills) {
    last_shown_ = filling(fill);
    telemetry_.count_concealed();
    feed->show(share(last_shown_.get()), step_before_);
  }
  if (!showing.show) return;
  if (showing.partner.has_value())
    frame = faded(feed, *showing.partner, showing.share, frame.get());
  last_shown_ = newest_copy_ != nullptr ? share(newest_copy_.get()) : nullptr;
  PredictionNote note = telemetry_.note(0);
  note.source_pts = pts;
  frame.reset(gst_buffer_make_writable(frame.release()));
  attach_note(frame.get(), note);
  feed->show(std::move(frame), clock_.step());
}

// Without a worker, what is missing is predicted when that is known: from the frame before the gap,
// as far as the fade after it needs.
void Stream::look_ahead(const std::vector<Fill>& fills, const Showing& showing) {
  if (facts_.async) return;
  int farthest = 0;
  for (const Fill& fill : fills) farthest = std::max(farthest, fill.horizon);
  if (showing.rejoins && showing.partner.has_value()) {
    farthest = std::max(farthest, showing.partner->horizon + settings_.rejoin_frames - 1);
  }
  if (farthest > 0) inference_.look_ahead(std::min(farthest, kMaxHorizon));
}

// The prediction for this time, or else the picture before.
BufferPtr Stream::picture_for(const Fill& fill) {
  const EarlierPredictions::Recalled earlier = earlier_.recall(fill.pts, step_before_);
  if (fill.horizon > 0 && earlier.fresh) return share(earlier.picture.get());
  return last_shown_ != nullptr ? share(last_shown_.get()) : nullptr;
}

BufferPtr Stream::filling(const Fill& fill) {
  BufferPtr picture = picture_for(fill);
  // Memory stays shared; stamps and metas are its own.
  BufferPtr own(picture != nullptr ? gst_buffer_copy(picture.get()) : copies_->acquire().release());
  PredictionNote note = note_of(own.get()).value_or(telemetry_.note(0));
  note.concealed = true;
  attach_note(own.get(), note);
  GST_BUFFER_PTS(own.get()) = fill.pts;
  GST_BUFFER_DTS(own.get()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(own.get()) = step_before_;
  GST_BUFFER_FLAG_SET(own.get(), GST_BUFFER_FLAG_GAP);
  return own;
}

// A true frame after a gap, not yet alone.
BufferPtr Stream::faded(Outlet::Access& feed, const Fill& partner, double share_of_frame,
                        GstBuffer* frame) {
  const BufferPtr expected = picture_for(partner);
  if (expected == nullptr) return share(frame);
  BufferPtr mixed = feed->acquire();
  {
    const MappedFrame from(info_, expected.get(), GST_MAP_READ);
    const MappedFrame to(info_, frame, GST_MAP_READ);
    const MappedFrame both(info_, mixed.get(), GST_MAP_WRITE);
    cross_fade(from.get(), to.get(), share_of_frame, both.get());
  }
  gst_buffer_copy_into(mixed.get(), frame, kStamps, 0, static_cast<gsize>(-1));
  copy_metas(frame, mixed.get());
  return mixed;
}

}  // namespace stip::gst
