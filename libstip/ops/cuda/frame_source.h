#pragma once

#include <cstddef>
#include <cstdint>

namespace stip::cuda {

/// A picture of bytes in device memory, read as the network's: packed, colour c of a pixel being
/// its byte channel[c], or NV12. Beyond its right and lower edge the last column and row are
/// repeated, so that a picture need not be padded to the network's size.
struct Picture {
  const std::uint8_t* data = nullptr;  ///< NV12: luma
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;   ///< bytes from row to row
  int pixel_bytes = 3;         ///< 3, or 4 (RGBx, BGRx); NV12: 1
  int channel[3] = {0, 1, 2};  ///< NV12: which of blue, green and red is colour c

  /// NV12, video range: [(height + 1) / 2][(width + 1) / 2] pairs of U and V, each for the 2x2
  /// pixels that it lies under; its colours are rounded to bytes. Null: packed.
  const std::uint8_t* chroma = nullptr;
  std::ptrdiff_t chroma_stride = 0;
  bool bt709 = true;  ///< else BT.601
};

/// A packed picture of bytes in device memory, to be written; otherwise as Picture.
struct MutablePicture {
  std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
  int pixel_bytes = 3;  ///< 4: the fourth byte becomes 255
  int channel[3] = {0, 1, 2};
};

/// One input of the network: a true frame as its bytes, or a patched frame of floats (a prediction,
/// not clamped; a frame that was scaled). Which of the two it is stands in device memory, so that a
/// recorded graph serves both.
struct FrameSource {
  Picture picture;
  int patch = 1;
  const float* patched = nullptr;  ///< [grid][patched_step], channel (dy*patch + dx)*3 + colour
  int patched_step = 0;
  int grid_width = 0;
  const std::uint8_t* is_patched = nullptr;  ///< on the device: not 0 where `patched` counts
};

}  // namespace stip::cuda
