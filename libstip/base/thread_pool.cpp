#include "base/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace stip {
namespace {

// About 20 to 50 microseconds: longer than the gap between two loops of a network step, shorter
// than anybody notices.
constexpr int kSpins = 2000;

inline void pause_briefly() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

ThreadPool::ThreadPool(int threads) : in_use_(std::max(threads, 1)) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the threads inherit it
  for (int worker = 1; worker < threads; ++worker) {
    workers_.emplace_back([this, worker] { work(worker); });
    pthread_setname_np(workers_.back().native_handle(), "stip-cpu");
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  bench_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::use(int threads) {
  threads = std::clamp(threads, 1, this->threads());
  if (threads == in_use_) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    in_use_ = threads;
  }
  bench_.notify_all();
}

void ThreadPool::run_shared(int count, Call call, void* context) {
  done_ = 0;
  call_ = call;
  context_ = context;
  ticket_ = ((std::uint64_t{generation()} + 1) << 52) |
            (static_cast<std::uint64_t>(in_use_) << 40) | (static_cast<std::uint64_t>(count) << 20);
  if (sleepers_ > 0) {
    // The lock makes sure that nobody is between its last look and its sleep.
    { const std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }
  while (take_task(0)) {
  }
  for (int spins = 0; done_ != count; ++spins) {
    spins < kSpins ? pause_briefly() : std::this_thread::yield();
  }
}

bool ThreadPool::take_task(int worker) {
  std::uint64_t ticket = ticket_;
  for (;;) {
    constexpr std::uint64_t kMask = (1u << 20) - 1;
    const int task = static_cast<int>(ticket & kMask);
    if (task >= static_cast<int>((ticket >> 20) & kMask)) return false;
    if (worker >= static_cast<int>((ticket >> 40) & 0xFFF)) return false;  // use() has changed
    if (ticket_.compare_exchange_weak(ticket, ticket + 1)) {
      // The job cannot end, nor another begin, before done_ counts this task.
      call_.load()(context_, task, worker);
      ++done_;
      return true;
    }
  }
}

void ThreadPool::wait_for_job(std::uint32_t seen) {
  for (int spins = 0; spins < kSpins; ++spins) {
    if (generation() != seen || stopping_) return;
    pause_briefly();
  }
  std::unique_lock<std::mutex> lock(mutex_);
  ++sleepers_;
  wake_.wait(lock, [&] { return generation() != seen || stopping_; });
  --sleepers_;
}

void ThreadPool::wait_on_the_bench(int worker) {
  std::unique_lock<std::mutex> lock(mutex_);
  bench_.wait(lock, [&] { return worker < in_use_ || stopping_; });
}

void ThreadPool::work(int worker) {
  std::uint32_t seen = 0;
  while (!stopping_) {
    if (worker >= in_use_) wait_on_the_bench(worker);
    wait_for_job(seen);
    seen = generation();
    while (take_task(worker)) {
    }
  }
}

}  // namespace stip
