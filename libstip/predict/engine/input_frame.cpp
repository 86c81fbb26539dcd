#include "predict/engine/input_frame.h"

namespace stip::engine {

std::uint8_t* InputFrame::become_bytes() {
  is_bytes_ = true;
  // The kernels read a few bytes beyond the last pixel.
  bytes_.resize(static_cast<std::size_t>(stride() * shape_.picture_height()) + cpu::kPanel);
  return bytes_.data();
}

Map& InputFrame::become_patched() {
  is_bytes_ = false;
  if (patched_.height() == 0) {
    patched_ = Map(shape_.grid_height, shape_.grid_width, shape_.frame_channels);
  }
  return patched_;
}

const float* InputFrame::row(int y, float* scratch, const cpu::Kernels& kernels) const {
  if (!is_bytes_) return patched_.at(y, 0);
  cpu::PatchRow row;
  row.picture = bytes_.data() + std::ptrdiff_t{y} * shape_.patch * stride();
  row.stride = stride();
  row.patch = shape_.patch;
  row.cells = shape_.grid_width;
  row.out = scratch;
  row.step = shape_.frame_channels;
  kernels.patch_row(row);
  return scratch;
}

}  // namespace stip::engine
