#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <numeric>

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

// They must not even look for work: the core is somebody else's.
TEST(ThreadPool, ThoseNotInUseSleep) {
  const auto processor_time = [](int threads, int in_use) {
    ThreadPool pool(threads);
    pool.use(in_use);
    std::clock_t begin = std::clock();
    for (int job = 0; job < 2000; ++job) {
      pool.run(2, [](int, int) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
        while (std::chrono::steady_clock::now() < end) {
        }
      });
    }
    return std::clock() - begin;
  };
  EXPECT_LT(processor_time(2, 1), 1.2 * static_cast<double>(processor_time(1, 1)));
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

}  // namespace
}  // namespace stip
