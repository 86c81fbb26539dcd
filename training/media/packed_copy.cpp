#include "media/packed_copy.h"

#include <algorithm>

namespace stip::training {

Image pack(const FrameView& view, int multiple) {
  const auto raised = [multiple](int size) { return (size + multiple - 1) / multiple * multiple; };
  Image image(raised(view.width), raised(view.height));
  const bool swap = view.order == PixelOrder::kRgb;
  std::uint8_t* to = image.pixels.data();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = view.data + std::min(y, view.height - 1) * view.stride;
    for (int x = 0; x < image.width; ++x, to += 3) {
      const std::uint8_t* from = row + std::ptrdiff_t(std::min(x, view.width - 1)) * 3;
      to[0] = from[swap ? 2 : 0];
      to[1] = from[1];
      to[2] = from[swap ? 0 : 2];
    }
  }
  return image;
}

}  // namespace stip::training
