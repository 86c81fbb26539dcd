#pragma once

#include "media/image.h"

namespace stip::training {

/// A packed BGR copy of any view, width and height raised to multiples of `multiple` by repeating
/// the last column and row.
Image pack(const FrameView& view, int multiple = 1);

}  // namespace stip::training
