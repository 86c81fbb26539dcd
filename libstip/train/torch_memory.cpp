#include "train/torch_memory.h"

#include "base/torch_guard.h"

namespace stip {

void* TorchMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  return guard_torch("taking memory for pictures", [&] {
    // Torch gives a null pointer for nothing.
    c10::DataPtr piece = allocator_->allocate(std::max<std::size_t>(1, bytes));
    void* const place = piece.get();
    if (place == nullptr || reinterpret_cast<std::uintptr_t>(place) % alignment != 0) {
      throw std::bad_alloc();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    given_.emplace(place, std::move(piece));
    return place;
  });
}

void TorchMemory::do_deallocate(void* place, std::size_t, std::size_t) {
  const std::lock_guard<std::mutex> lock(mutex_);
  given_.erase(place);
}

}  // namespace stip
