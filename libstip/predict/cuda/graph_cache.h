#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>

#include "ops/cuda/device_memory.h"

namespace stip::cuda {

/// Work of a stream that comes again and again: run as it is for the first time, then recorded into
/// a CUDA graph, and from then on launched as one. The environment variable STIP_CUDA_GRAPHS=0,
/// read at construction, leaves graphs away: for looking for faults.
class GraphCache {
 public:
  /// Whatever tells one piece of work from another: same key, same kernels with same arguments.
  using Key = std::array<std::uint64_t, 5>;

  explicit GraphCache(const DeviceStream& stream);
  ~GraphCache() { clear(); }
  GraphCache(const GraphCache&) = delete;
  GraphCache& operator=(const GraphCache&) = delete;

  /// `enqueue` puts the work into the stream; it must do nothing else, and wait for nothing.
  void run(const Key& key, const std::function<void()>& enqueue);

  /// Forgets all, as is needed where memory that the work uses has moved.
  void clear();

 private:
  struct Entry {
    int runs = 0;
    cudaGraphExec_t graph = nullptr;
  };

  cudaGraphExec_t record(const std::function<void()>& enqueue) const;

  const DeviceStream& stream_;
  bool records_;
  std::map<Key, Entry> entries_;
};

}  // namespace stip::cuda
