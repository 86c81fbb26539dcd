#pragma once

#include "stip/device_frame.h"
#include "stip/frame.h"

namespace stip {

/// Throws kInvalidArgument unless the view has data, a stride of at least a row, and the given
/// size.
void check_frame(const FrameView& frame, int width, int height);

/// The same of a picture on a device: the given size, and no component without data.
void check_frame(const DeviceFrame& frame, int width, int height);

/// Copies pixels, reordering colours where the orders differ. Sizes must be equal.
void copy_frame(const FrameView& from, const MutableFrameView& to);

}  // namespace stip
