#include "conceal_policy.h"

#include <algorithm>

#include "stip/predictor.h"

namespace stip::gst {

int farthest_ahead(const ConcealSettings& settings, GstClockTime d) {
  if (!GST_CLOCK_TIME_IS_VALID(d) || d == 0) return 0;
  const GstClockTime frames = settings.longest / d + (settings.longest % d > 0 ? 1 : 0);
  return static_cast<int>(std::min<GstClockTime>(frames, kMaxHorizon));
}

GstClockTime ConcealPolicy::expected(GstClockTime d) const {
  const bool known = GST_CLOCK_TIME_IS_VALID(d) && d > 0 && GST_CLOCK_TIME_IS_VALID(last_out_);
  return known ? last_out_ + d : GST_CLOCK_TIME_NONE;
}

int ConcealPolicy::horizon(GstClockTime d, const ConcealSettings& settings) const {
  const GstClockTime next = expected(d);
  return GST_CLOCK_TIME_IS_VALID(next) ? horizon_of(next, newest_, d, settings) : 0;
}

std::optional<Fill> ConcealPolicy::expire(GstClockTime d, const ConcealSettings& settings) {
  return fill(d, settings);
}

std::optional<Fill> ConcealPolicy::fill_before(GstClockTime pts, GstClockTime d,
                                               const ConcealSettings& settings) {
  if (!GST_CLOCK_TIME_IS_VALID(expected(d))) return std::nullopt;
  // The frame's own place is the one nearest to its stamp.
  if (pts <= expected(d) + d / 2) return std::nullopt;
  return fill(d, settings);
}

std::optional<Fill> ConcealPolicy::fill(GstClockTime d, const ConcealSettings& settings) {
  if (!GST_CLOCK_TIME_IS_VALID(expected(d))) return std::nullopt;
  last_out_ = expected(d);
  ++missed_;
  lost_at_ = GST_CLOCK_TIME_NONE;
  return Fill{last_out_, horizon_of(last_out_, newest_, d, settings)};
}

int ConcealPolicy::horizon_of(GstClockTime pts, GstClockTime from, GstClockTime d,
                              const ConcealSettings& settings) const {
  const GstClockTime ahead = pts > from ? pts - from : 0;
  const GstClockTime frames = (ahead + d / 2) / d;
  if (ahead > settings.longest || frames > kMaxHorizon) return 0;
  return static_cast<int>(std::max<GstClockTime>(frames, 1));
}

Showing ConcealPolicy::arrive(GstClockTime pts, GstClockTime d, const ConcealSettings& settings) {
  const bool known = GST_CLOCK_TIME_IS_VALID(d) && d > 0;
  Showing showing;
  if (missed_ > 0 && pts <= last_out_ + (known ? d / 2 : 0)) {
    newest_ = pts;
    showing.show = false;
    return showing;
  }
  if (missed_ > 0) {
    showing.rejoins = settings.rejoin_frames > 0 && known;
    lost_at_ = newest_;
    rejoined_ = 0;
  }
  if (GST_CLOCK_TIME_IS_VALID(lost_at_) && rejoined_ < settings.rejoin_frames && known) {
    ++rejoined_;
    showing.share = static_cast<double>(rejoined_) / (settings.rejoin_frames + 1);
    showing.partner = Fill{pts, horizon_of(pts, lost_at_, d, settings)};
  } else {
    lost_at_ = GST_CLOCK_TIME_NONE;
  }
  missed_ = 0;
  newest_ = last_out_ = pts;
  return showing;
}

}  // namespace stip::gst
