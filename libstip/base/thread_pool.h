#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace stip {

/// A few threads that share out the tasks of one loop after another. Made for loops of tens of
/// microseconds: between two of them a worker spins for a short while before it sleeps, and the
/// caller works too. Tasks are handed out one by one, so a core that is busy with something else
/// (a decoder, the rest of a pipeline) only takes fewer of them.
class ThreadPool {
 public:
  /// `threads` includes the calling one and is below 4096; 1 starts none. Workers take no signals.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  /// Of the threads only so many, at least 1, take part in what is run from now on; the others
  /// sleep. Not while something runs.
  void use(int threads);
  int in_use() const { return in_use_; }

  /// Calls task(i, worker) once for each i in 0..count-1, `worker` in 0..threads()-1 telling the
  /// threads apart, and returns when all are done; count is below 2^20. Tasks throw nothing. One
  /// caller at a time.
  template <typename Task>
  void run(int count, Task&& task) {
    if (count <= 0) return;
    if (in_use_ == 1 || count == 1) {
      for (int i = 0; i < count; ++i) task(i, 0);
      return;
    }
    run_shared(
        count, [](void* context, int i, int worker) { (*static_cast<Task*>(context))(i, worker); },
        &task);
  }

 private:
  using Call = void (*)(void* context, int task, int worker);
  void run_shared(int count, Call call, void* context);
  bool take_task(int worker);
  void work(int worker);
  void wait_on_the_bench(int worker);
  void wait_for_job(std::uint32_t seen);
  std::uint32_t generation() const { return static_cast<std::uint32_t>(ticket_.load() >> 52); }

  // Which job and how many threads share it (12 bits each), its number of tasks and the next one
  // (20 bits each): one number, so that a task can only be taken from the job that is running, and
  // only by those that were in use when it began.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> done_{0};
  std::atomic<Call> call_{nullptr};
  std::atomic<void*> context_{nullptr};

  std::mutex mutex_;  // for sleeping only
  std::condition_variable wake_;
  std::atomic<int> sleepers_{0};
  std::condition_variable bench_;  // where those wait that are not in use
  std::atomic<int> in_use_{1};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> workers_;
};

/// Calls both, side by side where the pool has two threads. What one of them throws is thrown when
/// both have ended.
template <typename First, typename Second>
void run_both(ThreadPool& pool, First&& first, Second&& second) {
  std::exception_ptr thrown[2];
  pool.run(2, [&](int task, int) {
    try {
      task == 0 ? first() : second();
    } catch (...) {
      thrown[task] = std::current_exception();
    }
  });
  for (const std::exception_ptr& one : thrown) {
    if (one) std::rethrow_exception(one);
  }
}

}  // namespace stip
