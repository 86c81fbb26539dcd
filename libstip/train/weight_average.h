#pragma once

#include <torch/torch.h>

#include "model/generator.h"

namespace stip {

/// An exponential moving average of a network's weights (EMA). The average's memory is short at
/// first, min(decay, (1+i)/(10+i)) at update i, so that the first weights do not linger.
class WeightAverage {
 public:
  /// decay in (0, 1); starts as a copy of the network's weights.
  WeightAverage(Generator& network, double decay);

  void update(Generator& network, std::int64_t iteration);
  Generator& network() { return average_; }
  const Generator& network() const { return average_; }

 private:
  double decay_;
  Generator average_;
};

}  // namespace stip
