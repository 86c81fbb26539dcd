#include "bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace stip::training {
namespace {

// std::poisson_distribution differs between libraries; this does not.
int poisson_of_one(std::mt19937_64& generator) {
  const double threshold = std::exp(-1.0);
  double product = 1;
  for (int count = 0;; ++count) {
    product *= (static_cast<double>(generator() >> 11) + 1) / 9007199254740993.0;
    if (product <= threshold) return count;
  }
}

}  // namespace

Bootstrap::Bootstrap(std::size_t values)
    : values_(values),
      sums_(kReplicates * values),
      weights_(kReplicates),
      plain_(values),
      totals_(kReplicates * values),
      counts_(kReplicates) {}

void Bootstrap::add(std::int64_t block, const std::vector<double>& figures) {
  if (block != last_block_) {
    last_block_ = block;
    ++blocks_;
    std::mt19937_64 generator(++drawn_);
    for (int& count : counts_) count = poisson_of_one(generator);
  }
  ++starts_;
  for (std::size_t v = 0; v < values_; ++v) plain_[v] += figures[v];
  for (std::size_t r = 0; r < kReplicates; ++r) {
    weights_[r] += counts_[r];
    for (std::size_t v = 0; v < values_; ++v) sums_[r * values_ + v] += counts_[r] * figures[v];
  }
}

void Bootstrap::end_clip() {
  if (starts_ == 0) return;
  // One block alone says nothing of how it might have been; a replicate may also miss them all.
  for (std::size_t r = 0; r < kReplicates; ++r) {
    const bool drawn = blocks_ > 1 && weights_[r] > 0;
    for (std::size_t v = 0; v < values_; ++v) {
      totals_[r * values_ + v] +=
          drawn ? sums_[r * values_ + v] / weights_[r] : plain_[v] / static_cast<double>(starts_);
    }
  }
  varies_ = varies_ || blocks_ > 1;
  ++clips_;
  std::fill(sums_.begin(), sums_.end(), 0);
  std::fill(weights_.begin(), weights_.end(), 0);
  std::fill(plain_.begin(), plain_.end(), 0);
  starts_ = blocks_ = 0;
  last_block_ = -1;
}

Interval Bootstrap::interval(std::size_t value) const {
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (!varies_ || std::isnan(totals_[value])) return {none, none};  // or a figure not to be had
  std::vector<double> means;
  for (std::size_t r = 0; r < kReplicates; ++r) {
    means.push_back(totals_[r * values_ + value] / static_cast<double>(clips_));
  }
  std::sort(means.begin(), means.end());
  return {means[kReplicates / 40], means[kReplicates - 1 - kReplicates / 40]};
}

}  // namespace stip::training
