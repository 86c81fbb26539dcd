#pragma once

#include <cstddef>

// What a test may say and ask of the CUDA driver that is none.
namespace stip::fake_cuda {

/// Allocations fail where more than this would be held; 0: no limit.
void set_memory_limit(std::size_t bytes);

/// So far, in this process. A copy of planes is one.
struct Counts {
  int from_host = 0;
  int to_host = 0;
  int on_device = 0;
  int between_contexts = 0;  ///< of those on the device: from one context's memory to another's
  int waits = 0;             ///< of the host for a stream
  int allocations = 0;
  std::size_t bytes_held = 0;  ///< on devices, now
};
Counts counts();

}  // namespace stip::fake_cuda
