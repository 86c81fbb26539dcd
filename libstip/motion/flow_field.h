#pragma once

#include <cstddef>
#include <vector>

namespace stip {

/// Where each pixel of a picture is found in another one: (x, y) here is (x + u, y + v) there.
struct FlowField {
  int width = 0;          ///< pixels
  int height = 0;         ///< pixels
  std::vector<float> uv;  ///< [height, width, 2], pixels

  const float* row(int y) const { return uv.data() + std::size_t{2} * width * y; }
};

}  // namespace stip
