#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/thread_pool.h"

namespace stip {

/// Calls body(begin, end) on bands of rows that together are 0..rows, `threads` at a time (at least
/// 1). The bands' results must not depend on how rows are divided; body must not throw.
inline void parallel_rows(int threads, int rows, const std::function<void(int, int)>& body) {
  // A band of fewer rows costs more to start than to compute.
  const int bands = std::clamp(threads, 1, std::max(1, rows / 32));
  std::vector<std::thread> others;
  int begin = 0;
  for (int band = 0; band + 1 < bands; ++band) {
    const int end = static_cast<int>(static_cast<long long>(rows) * (band + 1) / bands);
    try {
      others.emplace_back(body, begin, end);
    } catch (const std::exception&) {
      break;  // no further thread to be had: this one does the rest
    }
    begin = end;
  }
  body(begin, rows);
  for (std::thread& other : others) other.join();
}

/// The same on a pool: bands that are no thinner than they need to be to be shared out evenly.
template <typename Body>
void parallel_bands(ThreadPool& pool, int rows, Body&& body) {
  const int bands = pool.threads() == 1 ? 1 : std::clamp(4 * pool.threads(), 1, (rows + 7) / 8);
  pool.run(bands, [&](int band, int) {
    const auto edge = [&](int i) { return static_cast<int>(std::int64_t{rows} * i / bands); };
    body(edge(band), edge(band + 1));
  });
}

}  // namespace stip
