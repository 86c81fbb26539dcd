#pragma once

#include <gst/gst.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace stip::gst {

/// Calls back at a running time, by the clock of the pipeline, while that is PLAYING. It waits in a
/// thread of its own, which begins with the first time that is set, and with no lock held.
///
/// Any thread; guarded by its own mutex, held for a few instructions.
class PipelineTimer {
 public:
  /// The running time that was waited for. Called without the mutex, in the timer's thread.
  using Handler = std::function<void(GstClockTime running_time)>;

  explicit PipelineTimer(Handler handler) : handler_(std::move(handler)) {}
  ~PipelineTimer();
  PipelineTimer(const PipelineTimer&) = delete;
  PipelineTimer& operator=(const PipelineTimer&) = delete;

  /// Null: there is none, and nothing is waited for.
  void set_clock(GstClock* clock);
  /// PLAYING begins: running time is the clock's less this.
  void play(GstClockTime base_time);
  /// Time stands still. A call back may be under way.
  void pause();
  /// The running time now; GST_CLOCK_TIME_NONE where no clock runs.
  GstClockTime now() const;

  /// Call back once at this time, and not at the one set before. GST_CLOCK_TIME_NONE: not at all.
  void set(GstClockTime running_time);
  /// Nothing is waited for any more, and waits for a call back under way.
  void stop();

 private:
  bool waits_for_something() const;
  void interrupt();
  void run();

  const Handler handler_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  GstClock* clock_ = nullptr;
  bool playing_ = false;
  GstClockTime base_time_ = 0;
  GstClockTime at_ = GST_CLOCK_TIME_NONE;
  GstClockID waiting_ = nullptr;  // what the thread waits for
  bool active_ = false;
  std::thread thread_;
};

}  // namespace stip::gst
