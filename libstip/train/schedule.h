#pragma once

#include <cstdint>

namespace stip {

/// The learning rate over time, as a factor of the configured one.
struct RateSchedule {
  enum class Kind {
    kConstant,
    kSteps,       ///< the paper: times `decay` after iteration i if i >= decay_start and i mod
                  ///< decay_every = 0
    kCosine,      ///< half a cosine from 1 to 0 at `iterations`
    kExponential  ///< decay^((i - decay_start) / decay_every) from decay_start on, evenly
  } kind = Kind::kSteps;
  double decay = 0.90;
  std::int64_t decay_start = 20000;
  std::int64_t decay_every = 2000;
  std::int64_t warm_up = 0;  ///< iterations over which the factor rises linearly from 0; 0: none
  std::int64_t iterations = 100000;

  /// Factor for iteration i (from 0).
  double factor(std::int64_t iteration) const;
};

/// The relative loss's still_error over time: falls geometrically from `start` to `end`. From a
/// random start that loss is slow to leave copying; beginning as the plain mean it is not
/// (measured).
struct StillErrorSchedule {
  double start = 2e-4;
  double end = 2e-4;
  double until = 0.6;  ///< share of the run after which it is `end`
  std::int64_t iterations = 100000;

  double value(std::int64_t iteration) const;
};

/// Reverse scheduled sampling (PredRNN-v2): the chance of feeding the truth inside the context,
/// whose steps are otherwise fed what was predicted for them. 0.5 until `start`, then 1 - 0.5
/// exp(-(i - start) / scale) until `stop`, then 1.
struct ReverseSamplingSchedule {
  bool on = false;  ///< off: the context is the truth, as in the paper
  std::int64_t start = 25000;
  std::int64_t stop = 50000;
  double scale = 5000;

  double chance(std::int64_t iteration) const;
};

/// Scheduled sampling: the chance of feeding the truth after the context.
struct SamplingSchedule {
  std::int64_t stop = 20000;  ///< iterations with any chance; 0: never the truth
  double step = 5e-5;         ///< the chance falls by this each iteration

  /// Chance for iteration i (from 0): 1 - (i+1)*step while i < stop, then 0; never below 0.
  double chance(std::int64_t iteration) const;
};

}  // namespace stip
