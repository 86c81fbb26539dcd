#pragma once

#include <cstdint>
#include <vector>

#include "io/activation_ranges.h"

namespace stip::engine {

/// How the channels of a tensor are kept in bytes: value = (byte - zero) * scale. Zero is a byte of
/// its own, so that borders and channels of padding are exact.
struct ByteScales {
  std::vector<float> scale;
  std::vector<float> inverse;  ///< 1 / scale
  std::vector<float> zero;     ///< whole numbers

  int channels() const { return static_cast<int>(scale.size()); }
};

/// The finest scales that hold the ranges of the channels; at least as many channels as are asked
/// for are there, the others being always 0.
ByteScales byte_scales(const std::vector<ValueRange>& ranges, int channels);

}  // namespace stip::engine
