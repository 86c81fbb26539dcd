#pragma once

#include <array>

#include "metrics/similarity_terms.h"
#include "stip/frame.h"

namespace stip {

/// A frame's three colours, in the frame's order.
inline std::array<Plane, 3> colour_planes(const FrameView& frame) {
  std::array<Plane, 3> planes;
  for (std::size_t c = 0; c < 3; ++c) {
    planes[c] = {frame.width, frame.height, {}};
    planes[c].values.reserve(static_cast<std::size_t>(frame.width) * frame.height);
    for (int y = 0; y < frame.height; ++y) {
      const std::uint8_t* row = frame.data + y * frame.stride;
      for (int x = 0; x < frame.width; ++x) {
        planes[c].values.push_back(static_cast<float>(row[3 * x + static_cast<int>(c)]));
      }
    }
  }
  return planes;
}

}  // namespace stip
