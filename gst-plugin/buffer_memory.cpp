#include "buffer_memory.h"

#include <new>

namespace stip::gst {

BufferPtr allocate_buffer(gsize size) {
  gpointer data = g_try_malloc0(size);
  if (data == nullptr) throw std::bad_alloc();
  return BufferPtr(gst_buffer_new_wrapped_full(static_cast<GstMemoryFlags>(0), data, size, 0, size,
                                               data, g_free));
}

}  // namespace stip::gst
