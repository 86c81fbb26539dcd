#include "train/weight_average.h"

#include <algorithm>

namespace stip {

WeightAverage::WeightAverage(Generator& network, double decay)
    : decay_(decay), average_(network->config()) {
  const torch::NoGradGuard no_grad;
  average_->to(network->parameters().front().device());
  auto averages = average_->parameters();
  const auto weights = network->parameters();
  for (size_t i = 0; i < averages.size(); ++i) {
    averages[i].copy_(weights[i]);
    averages[i].set_requires_grad(false);
  }
  average_->eval();
}

void WeightAverage::update(Generator& network, std::int64_t iteration) {
  const torch::NoGradGuard no_grad;
  const auto i = static_cast<double>(iteration);
  const double keep = std::min(decay_, (1 + i) / (10 + i));
  auto averages = average_->parameters();
  const auto weights = network->parameters();
  for (size_t p = 0; p < averages.size(); ++p) averages[p].lerp_(weights[p], 1 - keep);
}

}  // namespace stip
