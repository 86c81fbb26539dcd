#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <numeric>
#include <stdexcept>

namespace stip {
namespace {

TEST(ThreadPool, DoesEachTaskOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const int count : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
      pool.run(count, [&](int task, int worker) {
        EXPECT_GE(worker, 0);
        EXPECT_LT(worker, threads);
        ++done[static_cast<std::size_t>(task)];
      });
      for (const auto& times : done) ASSERT_EQ(times, 1);
    }
  }
}

// Jobs follow each other at once, and what a job's tasks wrote is there when it returns.
TEST(ThreadPool, KeepsManyShortJobsApart) {
  ThreadPool pool(4);
  std::vector<int> values(9);
  for (int job = 0; job < 20000; ++job) {
    const int count = job % 9 + 1;
    pool.run(count, [&](int task, int) { values[static_cast<std::size_t>(task)] = job + task; });
    for (int task = 0; task < count; ++task) {
      ASSERT_EQ(values[static_cast<std::size_t>(task)], job + task);
    }
  }
}

TEST(ThreadPool, UsesAsManyAsItIsTold) {
  ThreadPool pool(4);
  for (const int threads : {2, 1, 4, 3, 9, 2}) {
    pool.use(threads);
    std::atomic<int> highest{0};
    std::atomic<int> sum{0};
    for (int job = 0; job < 200; ++job) {
      pool.run(50, [&](int, int worker) {
        int seen = highest;
        while (worker > seen && !highest.compare_exchange_weak(seen, worker)) {
        }
        ++sum;
      });
    }
    EXPECT_EQ(sum, 200 * 50);
    EXPECT_LT(highest, std::min(threads, 4));
  }
}

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void compute_for_20_microseconds() {
  const double end = seconds_of(CLOCK_THREAD_CPUTIME_ID) + 20e-6;
  while (seconds_of(CLOCK_THREAD_CPUTIME_ID) < end) {
  }
}

// They must not even look for work: the core is somebody else's. What the thread computed is
// counted, not how long anything took, so that a busy machine changes nothing.
TEST(ThreadPool, ThoseNotInUseSleep) {
  ThreadPool pool(3);
  std::atomic<bool> seen{false};
  clockid_t third{};
  while (!seen) {
    pool.run(3, [&](int, int worker) {
      if (worker == 2) seen = pthread_getcpuclockid(pthread_self(), &third) == 0;
      compute_for_20_microseconds();
    });
  }
  pool.use(2);
  const double before = seconds_of(third);
  for (int job = 0; job < 2000; ++job) {
    pool.run(2, [](int, int) { compute_for_20_microseconds(); });
  }
  EXPECT_LT(seconds_of(third) - before, 0.005) << "of 0.08 seconds that the others worked";
}

TEST(ThreadPool, WakesUpAfterASleep) {
  ThreadPool pool(3);
  for (int job = 0; job < 5; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::atomic<int> sum{0};
    pool.run(100, [&](int task, int) { sum += task; });
    EXPECT_EQ(sum, 4950);
  }
}

TEST(RunBoth, DoesBothAndThrowsWhatEitherThrew) {
  for (const int threads : {1, 2}) {
    ThreadPool pool(threads);
    std::atomic<int> done{0};
    run_both(
        pool, [&] { ++done; }, [&] { ++done; });
    EXPECT_EQ(done, 2);
    const auto fails = [] { throw std::runtime_error("no"); };
    EXPECT_THROW(run_both(pool, fails, [&] { ++done; }), std::runtime_error);
    EXPECT_THROW(run_both(
                     pool, [&] { ++done; }, fails),
                 std::runtime_error);
    EXPECT_EQ(done, 4) << "the other one was done";
  }
}

}  // namespace
}  // namespace stip
