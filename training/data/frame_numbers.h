#pragma once

#include <cstdint>
#include <vector>

#include "data/frame_source.h"

namespace stip::training {

/// kInvalidArgument, naming the source, unless every number is in 0..count-1.
void check_frame_numbers(const FrameSource& source, const std::vector<std::int64_t>& indices);

/// The positions in `indices`, ordered so that the numbers there rise.
std::vector<std::size_t> rising_order(const std::vector<std::int64_t>& indices);

}  // namespace stip::training
