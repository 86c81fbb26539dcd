#include "metrics/psnr.h"

#include <algorithm>
#include <cmath>

#include "base/frame_check.h"

namespace stip {
namespace {

std::uint64_t square(int value) { return static_cast<std::uint64_t>(value * value); }

// Summed over a row.
std::uint64_t row_error(const std::uint8_t* left, const std::uint8_t* right, int width) {
  std::uint64_t sum = 0;
  for (int i = 0; i < 3 * width; ++i) sum += square(left[i] - right[i]);
  return sum;
}

// The same where one has blue first and the other red.
std::uint64_t swapped_row_error(const std::uint8_t* left, const std::uint8_t* right, int width) {
  std::uint64_t sum = 0;
  for (int i = 0; i < 3 * width; i += 3) {
    sum += square(left[i] - right[i + 2]) + square(left[i + 1] - right[i + 1]) +
           square(left[i + 2] - right[i]);
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
    sum += a.order == b.order ? row_error(left, right, a.width)
                              : swapped_row_error(left, right, a.width);
  }
  return static_cast<double>(sum) / (3.0 * a.width * a.height);
}

double psnr(double mean_squared_error) {
  constexpr double kFloor = 0.25 * 0.25;
  return 10 * std::log10(255.0 * 255.0 / std::max(mean_squared_error, kFloor));
}

}  // namespace stip
