#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "prediction_job.h"

namespace stip::gst {

/// The thread that predicts, so that the network's time is not the stream's. Jobs are handled in
/// order and none is lost; of frames that wait only the newest ones keep their pictures.
///
/// Any thread may call; the handler runs without the mutex.
class PredictionWorker {
 public:
  /// `newest`: it was the last frame waiting when the worker became free. (Not: is now. A source
  /// that nothing holds back would never let a prediction begin.) Of looking ahead: no frame, and
  /// no wish to look farther ahead, waits now.
  using Handler = std::function<void(PredictionJob& job, bool newest)>;

  ~PredictionWorker() { stop(); }

  void start(Handler handler);
  bool running() const;
  /// From now on nothing is taken and nothing waits. What waits is given back. Returns at once.
  std::deque<PredictionJob> abort();
  /// abort(), and waits for the job under way: at most one step of the network.
  void stop();

  /// How many waiting frames keep their pictures, at least 1. False: it is not taken any more.
  bool push(PredictionJob job, std::size_t pictures);
  /// Takes out frames and positions (what a flush drops), for the caller to count; what lasts
  /// stays, in the new epoch. Wakes drain().
  std::deque<PredictionJob> flush(std::uint64_t epoch);
  /// Takes out everything that waits.
  std::deque<PredictionJob> take_all();
  /// Waits until all has been handled; false when the time is over or there was a flush.
  bool drain(GstClockTime timeout);

 private:
  void run();
  bool frame_waits_in_batch() const;
  bool is_newest(const PredictionJob& job) const;
  void unite();
  void let_pictures_go(std::size_t keep);

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<PredictionJob> jobs_;   // what came since the worker was free
  std::deque<PredictionJob> batch_;  // what had come by then, before jobs_
  bool busy_ = false;
  bool active_ = false;
  unsigned flushes_ = 0;
  Handler handler_;
  std::thread thread_;
};

}  // namespace stip::gst
