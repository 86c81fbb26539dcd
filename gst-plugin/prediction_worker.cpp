#include "prediction_worker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "segment_rules.h"

namespace stip::gst {
namespace {

bool is_frame(const PredictionJob& job) { return job.kind == PredictionJob::Kind::kFrame; }

bool is_look(const PredictionJob& job) { return job.kind == PredictionJob::Kind::kLookAhead; }

bool overtakes(const PredictionJob& job) { return is_frame(job) || is_look(job); }

bool goes_with_a_flush(const PredictionJob& job) {
  return overtakes(job) ||
         (job.kind == PredictionJob::Kind::kEvent && is_position(job.event.get()));
}

}  // namespace

void PredictionWorker::start(Handler handler) {
  stop();
  handler_ = std::move(handler);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    active_ = true;
  }
  thread_ = std::thread([this] { run(); });
}

bool PredictionWorker::running() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return active_;
}

std::deque<PredictionJob> PredictionWorker::abort() {
  const std::lock_guard<std::mutex> lock(mutex_);
  active_ = false;
  work_.notify_all();
  idle_.notify_all();
  unite();
  return std::exchange(jobs_, {});
}

void PredictionWorker::stop() {
  abort();
  if (thread_.joinable()) thread_.join();
}

bool PredictionWorker::push(PredictionJob job, std::size_t pictures) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!active_) return false;
  jobs_.push_back(std::move(job));
  let_pictures_go(std::max<std::size_t>(pictures, 1));
  work_.notify_one();
  return true;
}

void PredictionWorker::let_pictures_go(std::size_t keep) {
  for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job) {
    if (!is_frame(*job) || job->pass_through || job->picture == nullptr) continue;
    if (keep > 0) {
      --keep;
      continue;
    }
    job->picture.reset();
    job->dropped = true;
  }
}

std::deque<PredictionJob> PredictionWorker::flush(std::uint64_t epoch) {
  std::deque<PredictionJob> taken;
  std::deque<PredictionJob> kept;
  const std::lock_guard<std::mutex> lock(mutex_);
  unite();
  for (PredictionJob& job : jobs_) {
    job.epoch = goes_with_a_flush(job) ? job.epoch : epoch;
    (goes_with_a_flush(job) ? taken : kept).push_back(std::move(job));
  }
  jobs_ = std::move(kept);
  ++flushes_;
  idle_.notify_all();
  return taken;
}

std::deque<PredictionJob> PredictionWorker::take_all() {
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.notify_all();
  unite();
  return std::exchange(jobs_, {});
}

bool PredictionWorker::drain(GstClockTime timeout) {
  std::unique_lock<std::mutex> lock(mutex_);
  const unsigned before = flushes_;
  const auto interrupted = [&] { return !active_ || flushes_ != before; };
  const auto drained = [&] { return jobs_.empty() && batch_.empty() && !busy_; };
  idle_.wait_for(lock, std::chrono::nanoseconds(timeout),
                 [&] { return drained() || interrupted(); });
  return drained() && !interrupted();
}

bool PredictionWorker::frame_waits_in_batch() const {
  return std::any_of(batch_.begin(), batch_.end(), is_frame);
}

bool PredictionWorker::is_newest(const PredictionJob& job) const {
  if (is_frame(job)) return !frame_waits_in_batch();
  return std::none_of(batch_.begin(), batch_.end(), overtakes) &&
         std::none_of(jobs_.begin(), jobs_.end(), overtakes);
}

void PredictionWorker::unite() {
  for (PredictionJob& job : jobs_) batch_.push_back(std::move(job));
  jobs_ = std::exchange(batch_, {});
}

void PredictionWorker::run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    if (batch_.empty()) {
      work_.wait(lock, [this] { return !jobs_.empty() || !active_; });
      batch_.swap(jobs_);
    }
    if (!active_) return;
    PredictionJob job = std::move(batch_.front());
    batch_.pop_front();
    const bool newest = overtakes(job) && is_newest(job);
    busy_ = true;
    lock.unlock();
    handler_(job, newest);
    job = {};  // a buffer's release may call anybody
    lock.lock();
    busy_ = false;
    idle_.notify_all();
  }
}

}  // namespace stip::gst
