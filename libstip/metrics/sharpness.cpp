#include "metrics/sharpness.h"

namespace stip {

double laplacian_energy(const FrameView& frame) {
  if (frame.width < 3 || frame.height < 3) return 0;
  std::int64_t sum = 0;
  for (int y = 1; y + 1 < frame.height; ++y) {
    const std::uint8_t* row = frame.data + y * frame.stride;
    const std::uint8_t* above = row - frame.stride;
    const std::uint8_t* below = row + frame.stride;
    for (int i = 3; i < 3 * (frame.width - 1); ++i) {
      const int value = 4 * row[i] - row[i - 3] - row[i + 3] - above[i] - below[i];
      sum += std::int64_t{value} * value;
    }
  }
  return static_cast<double>(sum) / (3.0 * (frame.width - 2) * (frame.height - 2));
}

}  // namespace stip
