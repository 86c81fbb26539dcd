#include "output_timeline.h"

#include <algorithm>

namespace stip::gst {

void OutputTimeline::set_end(const GstSegment& segment) {
  timed_ = segment.format == GST_FORMAT_TIME;
  end_ = timed_ ? segment.stop : GST_CLOCK_TIME_NONE;
}

void OutputTimeline::restart(const GstSegment& segment) {
  *this = {};
  set_end(segment);
  if (timed_) covered_ = segment.start;
}

void OutputTimeline::update(const GstSegment& segment) { set_end(segment); }

std::optional<Gap> OutputTimeline::warm_up(GstClockTime lead) {
  if (!timed_ || warm_up_told_ || !warming_ || lead == 0) return std::nullopt;
  if (GST_CLOCK_TIME_IS_VALID(end_) && end_ <= covered_) return std::nullopt;
  warm_up_told_ = true;
  const bool known = GST_CLOCK_TIME_IS_VALID(lead);
  if (known && GST_CLOCK_TIME_IS_VALID(end_)) lead = std::min(lead, end_ - covered_);
  const Gap gap{covered_, lead, false};
  if (known) covered_ += lead;
  return gap;
}

OutputTimeline::Verdict OutputTimeline::judge(GstClockTime pts) const {
  if (GST_CLOCK_TIME_IS_VALID(end_) && pts >= end_) return Verdict::kSegmentEnd;
  if (behind(pts)) return Verdict::kReordered;
  return Verdict::kPush;
}

std::optional<Gap> OutputTimeline::push(GstClockTime pts, GstClockTime duration) {
  const GstClockTime length = GST_CLOCK_TIME_IS_VALID(duration) ? duration : 0;
  std::optional<Gap> gap;
  // Stamps jitter; less than half a frame is not worth an event.
  if (GST_CLOCK_TIME_IS_VALID(covered_) && pts > covered_ && pts - covered_ > length / 2) {
    gap = Gap{covered_, pts - covered_, !warming_};
  }
  warming_ = false;
  newest_prediction_ = pts;
  if (timed_) covered_ = std::max(covered_, pts + length);
  return gap;
}

std::optional<Gap> OutputTimeline::skip(GstClockTime pts, GstClockTime duration) {
  if (!timed_ || !GST_CLOCK_TIME_IS_VALID(duration)) return std::nullopt;
  const GstClockTime until =
      GST_CLOCK_TIME_IS_VALID(end_) ? std::min(pts + duration, end_) : pts + duration;
  if (until <= covered_) return std::nullopt;
  const Gap gap{covered_, until - covered_, !warming_};
  covered_ = until;
  return gap;
}

bool OutputTimeline::behind(GstClockTime pts) const {
  return GST_CLOCK_TIME_IS_VALID(newest_prediction_) && pts <= newest_prediction_;
}

void OutputTimeline::overtake() { newest_prediction_ = GST_CLOCK_TIME_NONE; }

void OutputTimeline::pass(GstClockTime pts, GstClockTime duration) {
  warming_ = false;
  const GstClockTime length = GST_CLOCK_TIME_IS_VALID(duration) ? duration : 0;
  if (timed_ && GST_CLOCK_TIME_IS_VALID(pts)) covered_ = std::max(covered_, pts + length);
}

}  // namespace stip::gst
