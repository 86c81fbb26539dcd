#pragma once

#include <cstddef>
#include <cstdint>

namespace stip::cuda {

/// A packed picture of bytes in device memory, read as the network's: colour c of a pixel is its
/// byte channel[c]. Beyond its right and lower edge the last column and row are repeated, so that a
/// picture need not be padded to the network's size.
struct Picture {
  const std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;  ///< bytes from row to row
  int pixel_bytes = 3;        ///< 3, or 4 (RGBx, BGRx)
  int channel[3] = {0, 1, 2};
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
