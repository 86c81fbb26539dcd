#pragma once

#include <cstdint>

namespace stip::training {

/// Random numbers that are a function of (seed, stream) alone: the same on every machine, compiler
/// and number of threads (the standard library's distributions are not). SplitMix64.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t bits();                    ///< 64 random bits
  double uniform();                        ///< in [0, 1)
  std::int64_t below(std::int64_t limit);  ///< in 0..limit-1; limit at least 1
  bool coin() { return (bits() >> 63) != 0; }

 private:
  std::uint64_t state_;
};

/// Element `index` of a random order of 0..count-1 that is a function of `key`, without storing the
/// order (a Feistel network over the next power of four, walked until it falls inside).
std::int64_t shuffled(std::int64_t index, std::int64_t count, std::uint64_t key);

}  // namespace stip::training
