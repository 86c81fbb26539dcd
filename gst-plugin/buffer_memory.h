#pragma once

#include "gst_ptr.h"

namespace stip::gst {

/// A buffer of `size` zero bytes. GStreamer's own allocations end the process when memory runs out;
/// this throws std::bad_alloc.
BufferPtr allocate_buffer(gsize size);

}  // namespace stip::gst
