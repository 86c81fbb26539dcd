#include "data/random_stream.h"

namespace stip::training {
namespace {

std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : state_(scramble(scramble(seed + 0x9E3779B97F4A7C15ULL) ^ (stream + 0xD1B54A32D192ED03ULL))) {}

std::uint64_t RandomStream::bits() { return scramble(state_ += 0x9E3779B97F4A7C15ULL); }

double RandomStream::uniform() { return double(bits() >> 11) * 0x1.0p-53; }

// The remainder's bias is below limit / 2^64: none for any number of frames or pixels.
std::int64_t RandomStream::below(std::int64_t limit) {
  return std::int64_t(bits() % std::uint64_t(limit));
}

std::int64_t shuffled(std::int64_t index, std::int64_t count, std::uint64_t key) {
  constexpr int kRounds = 6;
  int half = 1;
  while ((std::int64_t(1) << (2 * half)) < count) ++half;
  const std::uint64_t mask = (std::uint64_t(1) << half) - 1;
  std::uint64_t value = std::uint64_t(index);
  // The network permutes a power of four that is below four times `count` (or four); following it
  // until it comes back inside permutes 0..count-1.
  do {
    std::uint64_t left = value >> half;
    std::uint64_t right = value & mask;
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t mixed = scramble(key + right * 0x9E3779B97F4A7C15ULL + round);
      const std::uint64_t next = left ^ ((mixed >> 32) & mask);
      left = right;
      right = next;
    }
    value = (left << half) | right;
  } while (value >= std::uint64_t(count));
  return std::int64_t(value);
}

}  // namespace stip::training
