#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

// A block of CUDA threads as fibers on one host thread. They take turns only at barriers, in one of
// four orders, block by block: a barrier that is missing shows in one of them.
namespace stip::cuda_on_host {

/// All threads of the block; the test program ends if a thread has left before.
void block_barrier();
/// The 32 threads of the warp.
void warp_barrier();
/// 0..31: the calling thread's place in its warp.
int lane();
/// The calling thread's number in its block, below 1024.
int thread_of_block();
/// What the lane `from` gave in the same call of all lanes.
std::uint64_t shuffle_bits(std::uint64_t bits, int from);

template <typename T>
T shuffle(T value, int from) {
  static_assert(sizeof(T) <= sizeof(std::uint64_t) && std::is_trivially_copyable_v<T>);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = shuffle_bits(bits, from);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace stip::cuda_on_host
