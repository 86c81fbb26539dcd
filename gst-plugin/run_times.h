#pragma once

#include <gst/gst.h>

#include <deque>

namespace stip::gst {

/// How long the last 32 runs of the network took. One thread.
class RunTimes {
 public:
  void add(GstClockTime elapsed);
  /// The smallest time that at least this share (0..1] of the runs did not exceed; 0 without any.
  GstClockTime quantile(double share) const;
  void clear() { runs_.clear(); }

 private:
  static constexpr std::size_t kRuns = 32;
  std::deque<GstClockTime> runs_;
};

}  // namespace stip::gst
