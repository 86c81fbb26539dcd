#pragma once

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

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

}  // namespace stip
