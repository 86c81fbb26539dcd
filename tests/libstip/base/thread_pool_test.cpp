#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <chrono>
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
