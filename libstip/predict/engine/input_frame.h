#pragma once

#include <cstdint>
#include <vector>

#include "ops/cpu/kernels.h"
#include "predict/engine/buffer.h"

namespace stip::engine {

/// Sizes of the network at one picture size.
struct Shape {
  int patch = 0;
  int grid_height = 0;
  int grid_width = 0;
  int frame_channels = 0;  ///< of a patched frame, padded

  int picture_height() const { return grid_height * patch; }
  int picture_width() const { return grid_width * patch; }
};

/// One input of the network at its own picture size: a true frame as the bytes it came in, or a
/// patched frame of floats (a prediction, which is not clamped; a frame that had to be scaled).
class InputFrame {
 public:
  explicit InputFrame(const Shape& shape) : shape_(shape) {}

  /// Room for a packed picture of bytes in the network's colour order, to be filled in; row y at
  /// y * stride().
  std::uint8_t* become_bytes();
  /// Room for a patched frame, [grid][frame channels].
  Map& become_patched();

  std::ptrdiff_t stride() const { return std::ptrdiff_t{3} * shape_.picture_width(); }

  /// Grid row y as floats: its place in the patched frame, or converted into `scratch` (of
  /// row_floats()).
  const float* row(int y, float* scratch, const cpu::Kernels& kernels) const;
  static std::size_t row_floats(const Shape& shape) {
    return static_cast<std::size_t>(shape.grid_width) *
               static_cast<std::size_t>(shape.frame_channels) +
           cpu::kPanel;
  }

 private:
  Shape shape_;
  bool is_bytes_ = false;
  std::vector<std::uint8_t> bytes_;
  Map patched_;
};

}  // namespace stip::engine
