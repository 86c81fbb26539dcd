#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "bench/machine_speed.h"

namespace stip {

double copy_bytes_per_second(ThreadPool& pool) {
  constexpr std::size_t kPart = std::size_t{1} << 20;
  constexpr int kParts = 256;
  const std::vector<char> from(kPart * kParts, 1);
  std::vector<char> to(kPart * kParts, 2);  // written: its pages are there
  double best = 0;
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    pool.run(kParts, [&](int part, int) {
      const std::size_t offset = static_cast<std::size_t>(part) * kPart;
      std::memcpy(to.data() + offset, from.data() + offset, kPart);
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, 2.0 * kPart * kParts / seconds.count());
  }
  return best;
}

}  // namespace stip
