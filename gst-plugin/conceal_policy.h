#pragma once

#include <gst/gst.h>

#include <optional>

namespace stip::gst {

/// The properties behind output=conceal.
struct ConcealSettings {
  GstClockTime longest = 500 * GST_MSECOND;  ///< max-conceal: predictions up to this after the last
  int rejoin_frames = 2;                     ///< true frames faded in after a concealment
};

/// How many frames ahead that is: what may be needed after one frame, without those to fade from.
int farthest_ahead(const ConcealSettings& settings, GstClockTime d);

/// A picture to be put where a frame is missing.
struct Fill {
  GstClockTime pts;
  /// How many frames after the newest one that the predictor has taken in; 0: too many to be
  /// predicted, the last picture that went out is repeated.
  int horizon;
};

/// What to do with a true frame.
struct Showing {
  bool show = true;  ///< false: its place was filled; the predictor takes it in, nobody sees it
  /// Its share in what is shown: less than 1 in the first frames after a concealment. The rest is
  /// `partner`: what would have gone out had the frames not come back. Its horizon is counted from
  /// the same frame in all of them, the last one before the gap, so at the first (`rejoins`) the
  /// caller predicts that far and rejoin_frames - 1 farther before it takes the frame in, and keeps
  /// the pictures.
  double share = 1;
  std::optional<Fill> partner;
  bool rejoins = false;
};

/// Decides what goes out when frames are missing. It knows no clock and no pictures: the caller has
/// a prediction or the last picture for each Fill, and calls, for each true frame,
///   while (auto fill = policy.fill_before(pts, d, settings)) ... push it ...;
///   Showing showing = policy.arrive(pts, d, settings);
/// and, live, once a frame with the PTS expected(d) can come in time no more,
/// `policy.expire(d, settings)`: one picture to push, and another frame is expected.
/// d is the time from frame to frame (StepClock); without it nothing is missed. Serialised by the
/// caller.
class ConcealPolicy {
 public:
  /// PTS of the next expected frame; GST_CLOCK_TIME_NONE before the first frame, or while d is not
  /// known.
  GstClockTime expected(GstClockTime d) const;
  /// How many frames after the newest one that the predictor has taken in that is: 1 unless places
  /// have been filled. 0: too many to be predicted.
  int horizon(GstClockTime d, const ConcealSettings& settings) const;

  /// The expected frame did not come in time: what goes out in its place.
  std::optional<Fill> expire(GstClockTime d, const ConcealSettings& settings);

  /// The next place before a frame of this PTS that nothing has filled; none if there is none.
  std::optional<Fill> fill_before(GstClockTime pts, GstClockTime d,
                                  const ConcealSettings& settings);

  /// A true frame, once fill_before() has no more for it.
  Showing arrive(GstClockTime pts, GstClockTime d, const ConcealSettings& settings);

  /// A break in the stream: what was expected is not any more.
  void reset() { *this = {}; }

  /// Whether the newest place was filled, not shown.
  bool concealing() const { return missed_ > 0; }
  /// PTS of the newest place, filled or not.
  GstClockTime last_out() const { return last_out_; }

 private:
  std::optional<Fill> fill(GstClockTime d, const ConcealSettings& settings);
  int horizon_of(GstClockTime pts, GstClockTime from, GstClockTime d,
                 const ConcealSettings& settings) const;

  GstClockTime newest_ = GST_CLOCK_TIME_NONE;    // true frame that the predictor has
  GstClockTime last_out_ = GST_CLOCK_TIME_NONE;  // picture that went out, true or not
  GstClockTime lost_at_ = GST_CLOCK_TIME_NONE;   // while frames fade in: newest_ before the first
  int missed_ = 0;                               // places filled since the last frame shown
  int rejoined_ = 0;                             // frames shown since lost_at_
};

}  // namespace stip::gst
