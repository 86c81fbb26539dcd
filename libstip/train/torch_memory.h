#pragma once

#include <torch/torch.h>

#include <memory_resource>
#include <mutex>
#include <unordered_map>

namespace stip {

/// What one of torch's allocators gives, for containers of the standard library. Of the allocator
/// of page-locked memory: copies from it to a GPU run beside the program, and torch gives a piece
/// that was freed to nobody else before they are done. Any thread. Throws Error.
class TorchMemory : public std::pmr::memory_resource {
 public:
  explicit TorchMemory(c10::Allocator* allocator) : allocator_(allocator) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* place, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  c10::Allocator* allocator_;
  std::mutex mutex_;
  std::unordered_map<void*, c10::DataPtr> given_;
};

}  // namespace stip
