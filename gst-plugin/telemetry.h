#pragma once

#include <gst/gst.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "prediction_meta.h"
#include "run_times.h"
#include "silence.h"
#include "stip/quality.h"

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

/// How wrong a prediction was.
struct PredictionError {
  double squared = 0;                      ///< mean, levels²
  GstClockTime pts = GST_CLOCK_TIME_NONE;  ///< of the frame that it was of
};

/// Counters and times that any thread may read while frames run. Guarded by its own mutex, which is
/// held for a few instructions and never together with another lock.
class Telemetry {
 public:
  void reset();
  void count(Outcome outcome, std::uint64_t frames = 1);
  void count_qos();
  void count_reset();
  void count_concealed();  ///< a picture that fills the place of a frame
  void count_came_late();  ///< a frame whose place had been filled
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
  /// Another part has changed: latency_moved() holds once, at once.
  void ask_for_latency();

  /// What was found when predictions were compared with what came.
  void set_quality(const std::map<int, RunningComparison>& quality);
  void set_error(int horizon, const PredictionError& error);
  void set_anomaly_score(double score);
  void set_bypassed(bool bypassed);
  void set_idle(bool idle);
  void set_model(const std::string& hash);
  /// What is known here of a picture with this horizon (0: a true frame). Its last error is the
  /// newest of that horizon, or for 0 of the shortest one compared.
  PredictionNote note(int horizon) const;

  /// `application/x-stippredict-stats`; owned by the caller.
  GstStructure* structure() const;
  /// Somebody reads `stats`: PSNR and SSIM are worth their cost for the next ten seconds.
  void note_reader(GstClockTime now);
  bool stats_are_read() const;
  /// Whether it is to be told that nothing has been predicted so far: once in a run, where frames
  /// have come for five seconds or the stream has `ended`. Not where nothing was wanted, or what
  /// failed has told so.
  std::optional<Silence> silence(GstClockTime now, bool ended);
  /// Whether stats are to be told again after `interval` (0: never).
  bool stats_due(GstClockTime now, GstClockTime interval);

 private:
  static constexpr std::size_t kOutcomes = 13;

  mutable std::mutex mutex_;
  std::array<std::uint64_t, kOutcomes> outcomes_{};
  std::uint64_t qos_ = 0;
  std::uint64_t resets_ = 0;
  std::uint64_t concealed_ = 0;
  std::uint64_t came_late_ = 0;
  RunTimes runs_;
  GstClockTime told_latency_ = 0;
  GstClockTime told_at_ = GST_CLOCK_TIME_NONE;
  bool latency_asked_ = false;
  std::string model_hash_;  // not reset: a model may serve many streams
  std::map<int, RunningComparison> quality_;
  std::map<int, PredictionError> errors_;
  double anomaly_score_ = 0;
  bool bypassed_ = false;
  bool idle_ = true;
  GstClockTime read_at_ = GST_CLOCK_TIME_NONE;
  GstClockTime stats_told_at_ = GST_CLOCK_TIME_NONE;
  GstClockTime first_at_ = GST_CLOCK_TIME_NONE;  // when a frame was known to have come
  bool silence_told_ = false;
};

}  // namespace stip::gst
