#include "pipeline_timer.h"

#include <utility>

namespace stip::gst {

PipelineTimer::~PipelineTimer() {
  stop();
  set_clock(nullptr);
}

// The mutex is held. What the thread waits for may not be what it should wait for any more.
void PipelineTimer::interrupt() {
  changed_.notify_all();
  if (waiting_ != nullptr) gst_clock_id_unschedule(waiting_);
}

void PipelineTimer::set_clock(GstClock* clock) {
  GstClock* old = clock;
  if (clock != nullptr) gst_object_ref(clock);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::swap(clock_, old);
    interrupt();
  }
  if (old != nullptr) gst_object_unref(old);
}

void PipelineTimer::play(GstClockTime base_time) {
  const std::lock_guard<std::mutex> lock(mutex_);
  playing_ = true;
  base_time_ = base_time;
  interrupt();
}

void PipelineTimer::pause() {
  const std::lock_guard<std::mutex> lock(mutex_);
  playing_ = false;
  interrupt();
}

GstClockTime PipelineTimer::now() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!playing_ || clock_ == nullptr) return GST_CLOCK_TIME_NONE;
  const GstClockTime time = gst_clock_get_time(clock_);
  return time > base_time_ ? time - base_time_ : 0;
}

void PipelineTimer::set(GstClockTime running_time) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (at_ == running_time) return;
  at_ = running_time;
  interrupt();
  if (thread_.joinable() || !GST_CLOCK_TIME_IS_VALID(running_time)) return;
  active_ = true;
  thread_ = std::thread([this] { run(); });
}

void PipelineTimer::stop() {
  std::thread ended;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    active_ = false;
    at_ = GST_CLOCK_TIME_NONE;
    interrupt();
    ended.swap(thread_);
  }
  if (ended.joinable()) ended.join();
}

bool PipelineTimer::waits_for_something() const {
  return playing_ && clock_ != nullptr && GST_CLOCK_TIME_IS_VALID(at_);
}

void PipelineTimer::run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (active_) {
    if (!waits_for_something()) {
      changed_.wait(lock);
      continue;
    }
    const GstClockTime at = at_;
    const GstClockID id = gst_clock_new_single_shot_id(clock_, base_time_ + at);
    waiting_ = id;
    lock.unlock();
    const GstClockReturn result = gst_clock_id_wait(id, nullptr);
    lock.lock();
    waiting_ = nullptr;
    gst_clock_id_unref(id);
    if (result == GST_CLOCK_UNSCHEDULED) continue;
    if (!active_ || !waits_for_something() || at_ != at) continue;
    if (result != GST_CLOCK_OK && result != GST_CLOCK_EARLY) {
      changed_.wait(lock);  // this clock cannot wait; another one may
      continue;
    }
    at_ = GST_CLOCK_TIME_NONE;
    lock.unlock();
    handler_(at);
    lock.lock();
  }
}

}  // namespace stip::gst
