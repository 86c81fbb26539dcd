#include "support/cuda_on_host/memory.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "support/cuda_on_host/controls.h"
#include "support/cuda_on_host/cuda_runtime.h"

namespace stip::cuda_on_host {
namespace {

constexpr std::size_t kAlignment = 256;
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kGuard = 0;  // the sanitizer's own is better
#else
constexpr std::size_t kGuard = 256;  // bytes behind every allocation that nobody may write
#endif
constexpr unsigned char kGuardByte = 0xa5;
constexpr unsigned char kFresh = 0xff;  // as floats: no numbers

struct Held {
  std::size_t bytes;
  bool pinned;
};

std::recursive_mutex mutex;
std::map<const unsigned char*, Held> held;
std::size_t limit = 0;
std::size_t device_bytes = 0, pinned_bytes = 0;
int made = 0;

const Held* find(const void* place, std::size_t bytes, const unsigned char** first) {
  const auto* at = static_cast<const unsigned char*>(place);
  auto next = held.upper_bound(at);
  if (next == held.begin()) return nullptr;
  --next;
  if (at + bytes > next->first + next->second.bytes) return nullptr;
  *first = next->first;
  return &next->second;
}

cudaError_t allocate(void** memory, std::size_t bytes, bool pinned) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  if (!pinned && limit != 0 && device_bytes + bytes > limit) return cudaErrorMemoryAllocation;
  void* fresh = nullptr;
  if (posix_memalign(&fresh, kAlignment, bytes + kGuard) != 0) return cudaErrorMemoryAllocation;
  std::memset(fresh, kFresh, bytes);
  std::memset(static_cast<unsigned char*>(fresh) + bytes, kGuardByte, kGuard);
  held[static_cast<unsigned char*>(fresh)] = {bytes, pinned};
  (pinned ? pinned_bytes : device_bytes) += bytes;
  ++made;
  *memory = fresh;
  return cudaSuccess;
}

cudaError_t release(void* memory, bool pinned) {
  if (memory == nullptr) return cudaSuccess;
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const auto found = held.find(static_cast<unsigned char*>(memory));
  if (found == held.end() || found->second.pinned != pinned) return cudaErrorInvalidValue;
  for (std::size_t i = 0; i < kGuard; ++i) {
    if (found->first[found->second.bytes + i] == kGuardByte) continue;
    std::fprintf(stderr, "cuda_on_host: something wrote behind an allocation of %zu bytes\n",
                 found->second.bytes);
    std::abort();
  }
  (pinned ? pinned_bytes : device_bytes) -= found->second.bytes;
  held.erase(found);
  std::free(memory);
  return cudaSuccess;
}

}  // namespace

bool holds_device_memory(const void* place, std::size_t bytes) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const unsigned char* first = nullptr;
  const Held* one = find(place, bytes, &first);
  return one != nullptr && !one->pinned;
}

bool holds_pinned_memory(const void* place, std::size_t bytes) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const unsigned char* first = nullptr;
  const Held* one = find(place, bytes, &first);
  return one != nullptr && one->pinned;
}

bool is_on_device(const void* place) { return holds_device_memory(place, 1); }

void set_memory_limit(std::size_t bytes) { limit = bytes; }

void count_memory(Counts& counts) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  counts.allocations = made;
  counts.bytes_held = device_bytes;
  counts.pinned_held = pinned_bytes;
}

}  // namespace stip::cuda_on_host

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  if (stip::cuda_on_host::refuse_in_capture()) return cudaErrorStreamCaptureUnsupported;
  return stip::cuda_on_host::allocate(memory, bytes, false);
}

cudaError_t cudaFree(void* memory) {
  if (stip::cuda_on_host::refuse_in_capture()) return cudaErrorStreamCaptureUnsupported;
  stip::cuda_on_host::finish_everything();  // as the real one, it waits for the device
  return stip::cuda_on_host::release(memory, false);
}

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  if (stip::cuda_on_host::refuse_in_capture()) return cudaErrorStreamCaptureUnsupported;
  return stip::cuda_on_host::allocate(memory, bytes, true);
}

cudaError_t cudaFreeHost(void* memory) {
  stip::cuda_on_host::finish_everything();
  return stip::cuda_on_host::release(memory, true);
}
