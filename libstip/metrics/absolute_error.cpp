#include "metrics/absolute_error.h"

#include <cstdlib>

#include "base/frame_check.h"

namespace stip {

double absolute_error(const FrameView& a, const FrameView& b) {
  check_frame(a, b.width, b.height);
  std::uint64_t sum = 0;
  for (int y = 0; y < a.height; ++y) {
    const std::uint8_t* left = a.data + y * a.stride;
    const std::uint8_t* right = b.data + y * b.stride;
    std::uint64_t row = 0;
    for (int i = 0; i < 3 * a.width; ++i) {
      row += static_cast<std::uint64_t>(std::abs(int{left[i]} - int{right[i]}));
    }
    sum += row;
  }
  return static_cast<double>(sum) / (3.0 * a.width * a.height);
}

}  // namespace stip
