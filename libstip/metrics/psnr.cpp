#include "metrics/psnr.h"

#include <algorithm>
#include <cmath>

#include "base/frame_check.h"

namespace stip {
namespace {

// Summed over a row. What is swapped is the first and the last colour.
template <bool kSwapped>
std::uint64_t row_error(const std::uint8_t* left, const std::uint8_t* right, int width) {
  std::uint64_t sum = 0;
  for (int i = 0; i < 3 * width; ++i) {
    const int other = kSwapped ? i + 2 - 2 * (i % 3) : i;
    const int difference = int{left[i]} - int{right[other]};
    sum += static_cast<std::uint64_t>(difference * difference);
  }
  return sum;
}

}  // namespace

double squared_error(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  std::uint64_t sum = 0;
  for (int y = 0; y < a.height; ++y) {
    const std::uint8_t* left = a.data + y * a.stride;
    const std::uint8_t* right = b.data + y * b.stride;
    sum += a.order == b.order ? row_error<false>(left, right, a.width)
                              : row_error<true>(left, right, a.width);
  }
  return static_cast<double>(sum) / (3.0 * a.width * a.height);
}

double psnr(double mean_squared_error) {
  constexpr double kFloor = 0.25 * 0.25;
  return 10 * std::log10(255.0 * 255.0 / std::max(mean_squared_error, kFloor));
}

}  // namespace stip
