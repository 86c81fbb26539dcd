#include "metrics/psnr.h"

#include <algorithm>
#include <cmath>

#include "base/frame_check.h"

namespace stip {

double squared_error(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  std::uint64_t sum = 0;
  for (int y = 0; y < a.height; ++y) {
    const std::uint8_t* left = a.data + y * a.stride;
    const std::uint8_t* right = b.data + y * b.stride;
    std::uint64_t row = 0;
    for (int i = 0; i < 3 * a.width; ++i) {
      const int difference = int{left[i]} - int{right[i]};
      row += static_cast<std::uint64_t>(difference * difference);
    }
    sum += row;
  }
  return static_cast<double>(sum) / (3.0 * a.width * a.height);
}

double psnr(double mean_squared_error) {
  constexpr double kFloor = 0.25 * 0.25;
  return 10 * std::log10(255.0 * 255.0 / std::max(mean_squared_error, kFloor));
}

}  // namespace stip
