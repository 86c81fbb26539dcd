#include "data/loader.h"

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "stip/error.h"

namespace stip::training {
namespace {

void need(bool holds, const char* what) {
  if (!holds) throw Error(ErrorCode::kInvalidArgument, std::string("the loader's ") + what);
}

void check(const LoaderOptions& options) {
  need(options.batch >= 1, "batch must be at least 1");
  need(options.workers >= 0, "number of workers must be at least 0");
  need(options.prefetch >= 1, "prefetch must be at least 1");
  need(options.first_iteration >= 0, "first iteration must be at least 0");
  need(options.ranks >= 1 && options.rank >= 0 && options.rank < options.ranks,
       "rank must be in 0..ranks-1");
}

}  // namespace

// A job is one sample: job j belongs to iteration first + j / batch. Workers take jobs in rising
// order, no further ahead of the consumer than `prefetch` batches; the consumer waits for its own.
class Loader::Impl {
 public:
  Impl(MakeSample make, const LoaderOptions& options) : make_(std::move(make)), options_(options) {
    for (int i = 0; i < options_.workers; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Impl() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    may_work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Batch next() {
    if (failed_) std::rethrow_exception(failed_);
    Batch batch;
    batch.iteration = options_.first_iteration + next_batch_;
    for (int i = 0; i < options_.batch; ++i) {
      batch.samples.push_back(take(next_batch_ * options_.batch + i));
    }
    finish_batch();
    return batch;
  }

 private:
  struct Result {
    std::optional<ClipSample> sample;
    std::exception_ptr error;
  };

  std::int64_t number_of(std::int64_t job) const {
    const std::int64_t iteration = options_.first_iteration + job / options_.batch;
    return (iteration * options_.ranks + options_.rank) * options_.batch + job % options_.batch;
  }

  Result make(std::int64_t job) const {
    Result result;
    try {
      result.sample = make_(number_of(job));
    } catch (...) {
      result.error = std::current_exception();
    }
    return result;
  }

  bool job_allowed() const {
    return next_job_ < (next_batch_ + options_.prefetch) * options_.batch;
  }

  void work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      may_work_.wait(lock, [this] { return stop_ || job_allowed(); });
      if (stop_) return;
      const std::int64_t job = next_job_++;
      lock.unlock();
      Result result = make(job);
      lock.lock();
      done_.emplace(job, std::move(result));
      job_done_.notify_one();
    }
  }

  // The sample of a job, waited for.
  ClipSample take(std::int64_t job) {
    if (threads_.empty() && done_.count(job) == 0) done_.emplace(job, make(job));
    std::unique_lock<std::mutex> lock(mutex_);
    job_done_.wait(lock, [&] { return done_.count(job) != 0; });
    const auto found = done_.find(job);
    if (found->second.error) {
      failed_ = found->second.error;
      stop_ = true;
      may_work_.notify_all();
      std::rethrow_exception(failed_);
    }
    ClipSample sample = std::move(*found->second.sample);
    done_.erase(found);
    return sample;
  }

  void finish_batch() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++next_batch_;
    }
    may_work_.notify_all();
  }

  const MakeSample make_;
  const LoaderOptions options_;
  std::mutex mutex_;  // guards all below but threads_
  std::condition_variable may_work_;
  std::condition_variable job_done_;
  std::map<std::int64_t, Result> done_;  // at most prefetch * batch of them
  std::int64_t next_job_ = 0;
  std::int64_t next_batch_ = 0;
  bool stop_ = false;
  std::exception_ptr failed_;  // the consumer's own
  std::vector<std::thread> threads_;
};

Loader::Loader(MakeSample make, const LoaderOptions& options) {
  check(options);
  impl_ = std::make_unique<Impl>(std::move(make), options);
}

Loader::~Loader() = default;

Batch Loader::next() { return impl_->next(); }

}  // namespace stip::training
