#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>

namespace stip::test {

/// Runs `body`, which must end within 10 seconds. What hangs cannot be ended: the program is, at
/// once and with a word about it, instead of minutes later and without one.
template <typename Body>
void in_time(const char* what, Body&& body) {
  std::future<void> done = std::async(std::launch::async, std::forward<Body>(body));
  if (done.wait_for(std::chrono::seconds(10)) == std::future_status::ready) return done.get();
  ADD_FAILURE() << what << " took longer than 10 s";
  std::fflush(nullptr);
  std::abort();
}

}  // namespace stip::test
