#pragma once

#include <gst/gst.h>

#include <mutex>

namespace stip::gst {

/// What downstream of one pad says of its punctuality, and what follows for predictions. Any
/// thread; guarded by its own mutex.
class QosGate {
 public:
  /// A QOS event: the frame at running time `timestamp` came `diff` late (negative: early).
  void report(double proportion, GstClockTimeDiff diff, GstClockTime timestamp);
  /// After a flush or in another segment: nothing is known.
  void reset();

  /// Whether a prediction shown at this running time would come too late to be shown.
  bool too_late(GstClockTime running_time) const;

  /// How often a prediction was made, and was left out because of QoS; for QOS messages.
  struct Counts {
    guint64 processed = 0;
    guint64 dropped = 0;
    double proportion = 1.0;
  };
  Counts count(bool dropped);
  /// One that was counted as made was left out all the same.
  Counts count_late();

 private:
  mutable std::mutex mutex_;
  GstClockTime earliest_ = GST_CLOCK_TIME_NONE;
  Counts counts_;
};

}  // namespace stip::gst
