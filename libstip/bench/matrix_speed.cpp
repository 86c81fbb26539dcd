#include <algorithm>
#include <chrono>

#include "base/torch_guard.h"
#include "bench/machine_speed.h"

namespace stip {

double matrix_operations_per_second(int threads) {
  return guard_torch("multiplying matrices", [&] {
    use_threads(threads);
    const torch::NoGradGuard no_grad;
    constexpr int64_t kSide = 2048;
    const auto a = torch::ones({kSide, kSide}), b = torch::ones({kSide, kSide});
    auto product = torch::mm(a, b);
    double best = 0;
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      torch::mm_out(product, a, b);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
      best = std::max(best, 2.0 * kSide * kSide * kSide / seconds.count());
    }
    return best;
  });
}

}  // namespace stip
