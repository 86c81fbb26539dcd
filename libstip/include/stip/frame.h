#pragma once

#include <cstddef>
#include <cstdint>

namespace stip {

/// Order of the three bytes of a pixel. Models are trained on one of them; a predictor reorders.
enum class PixelOrder { kBgr, kRgb };

/// A picture somebody else owns: packed 8-bit pixels of three bytes, full range. Row y starts at
/// data + y * stride; the stride is in bytes, at least 3 * width (any alignment).
struct FrameView {
  const std::uint8_t* data = nullptr;
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  std::ptrdiff_t stride = 0;
  PixelOrder order = PixelOrder::kBgr;
};

/// The same, to be written into. A view with data == nullptr asks for nothing.
struct MutableFrameView {
  std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
  PixelOrder order = PixelOrder::kBgr;

  operator FrameView() const { return {data, width, height, stride, order}; }
};

}  // namespace stip
