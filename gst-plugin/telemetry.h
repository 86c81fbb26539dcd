#pragma once

#include <gst/gst.h>

#include <array>
#include <cstdint>
#include <mutex>

#include "run_times.h"

namespace stip::gst {

/// What became of one input frame. Exactly one holds for each, so that the counts sum.
enum class Outcome {
  kPredicted,    ///< a prediction was made from it and given out
  kWarmUp,       ///< the context was not full, or the time between frames not known yet
  kReordered,    ///< its prediction would not have been after the last one
  kSegmentEnd,   ///< its prediction would have been at or after the end of the segment
  kPassThrough,  ///< no PTS, backward playback or key units only: the input was shown instead
  kIdle,         ///< nothing needed a prediction (output=original)
  kFailed,       ///< the model failed on it
  kInterval,     ///< not one of every `interval` frames
  kBusy,         ///< a newer frame had come before the network was free
  kFull,         ///< downstream had not taken the predictions before
  kQos,          ///< downstream said that it would be too late
  kLate,         ///< its prediction came later than max-latency allows
  kFlushed       ///< a flush, the end of draining or the stop came first
};

/// Counters and times that any thread may read while frames run. Guarded by its own mutex, which is
/// held for a few instructions and never together with another lock.
class Telemetry {
 public:
  void reset();
  void count(Outcome outcome, std::uint64_t frames = 1);
  void count_qos();
  void count_reset();
  /// A run of the network took this long.
  void add_run(GstClockTime elapsed);

  /// What the element adds to the latency of the pipeline when it runs the network for each frame:
  /// the 95th percentile of the last 32 runs.
  GstClockTime latency() const;
  /// Whether the estimate has moved so far (by 25 % and 5 ms) since it was told last that the
  /// pipeline should ask again; at most once a second of `now`. Asking counts as telling.
  bool latency_moved(GstClockTime now);
  /// The element's part begins or ceases to count: the next latency_moved() compares with nothing
  /// told, at once.
  void tell_latency();

  /// `application/x-stippredict-stats`; owned by the caller.
  GstStructure* structure() const;

 private:
  static constexpr std::size_t kOutcomes = 13;

  mutable std::mutex mutex_;
  std::array<std::uint64_t, kOutcomes> outcomes_{};
  std::uint64_t qos_ = 0;
  std::uint64_t resets_ = 0;
  RunTimes runs_;
  GstClockTime told_latency_ = 0;
  GstClockTime told_at_ = GST_CLOCK_TIME_NONE;
};

}  // namespace stip::gst
