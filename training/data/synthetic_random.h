#pragma once

#include <cmath>

#include "data/random_stream.h"

namespace stip::training {

/// Evenly in [low, high).
inline double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

/// In [low, high), evenly in the logarithm: as many in 1..2 as in 2..4. low above 0.
inline double log_between(RandomStream& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

/// True with this probability.
inline bool chance(RandomStream& random, double probability) {
  return random.uniform() < probability;
}

/// 1 or -1.
inline double random_sign(RandomStream& random) { return random.coin() ? 1.0 : -1.0; }

/// A stream of its own: what is drawn from it leaves `random` where it is otherwise.
inline RandomStream split(RandomStream& random) { return {random.bits(), 0}; }

}  // namespace stip::training
