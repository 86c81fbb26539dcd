#include <algorithm>
#include <cmath>

#include "stip/anomaly.h"

namespace stip {
namespace {

constexpr std::size_t kMemory = 512;
constexpr std::size_t kLeast = 100;
// Calibration on a picture without any noise must not make an event of the first noise: errors of
// 5 levels are never more than the largest normal one.
constexpr double kFloor = 5.0 * 5.0;
// In an alarm the largest normal error grows by this a frame: it doubles in 350 frames.
constexpr double kGrowth = 1.002;

// The largest error to be expected of normal frames. The largest of few is not the largest of many:
// it is carried on to 512 frames along an exponential tail through the median and the 99th percent.
double top_of(const ErrorQuantiles& normal) {
  const double many = static_cast<double>(kMemory) / static_cast<double>(normal.frames);
  const double slope = (normal.errors[5] - normal.errors[2]) / std::log(50.0);
  const double top = normal.errors.back() + slope * std::log(std::max(many, 1.0));
  return std::max(top, kFloor);
}

// The share of normal frames below an error that is no larger than theirs.
double share_below(const ErrorQuantiles& normal, double error) {
  double low_error = 0;
  double low_share = 0;
  for (std::size_t i = 0; i < kErrorShares.size(); ++i) {
    const double high_error = normal.errors[i];
    if (error < high_error) {
      const double part = (error - low_error) / (high_error - low_error);
      return low_share + part * (kErrorShares[i] - low_share);
    }
    low_error = high_error;
    low_share = kErrorShares[i];
  }
  return 1;
}

double error_with_share(const ErrorQuantiles& normal, double share) {
  double low_error = 0;
  double low_share = 0;
  for (std::size_t i = 0; i < kErrorShares.size(); ++i) {
    if (share < kErrorShares[i]) {
      const double part = (share - low_share) / (kErrorShares[i] - low_share);
      return low_error + part * (normal.errors[i] - low_error);
    }
    low_error = normal.errors[i];
    low_share = kErrorShares[i];
  }
  return normal.errors.back();
}

}  // namespace

AnomalyScorer::AnomalyScorer(std::optional<ErrorQuantiles> calibrated) : calibrated_(calibrated) {}

const ErrorQuantiles* AnomalyScorer::normal() const {
  if (calibrated_.has_value()) return &*calibrated_;
  return seen_.size() >= kLeast && running_.has_value() ? &*running_ : nullptr;
}

double AnomalyScorer::score(double error) const {
  const ErrorQuantiles* quantiles = normal();
  if (quantiles == nullptr) return 0;
  const double top = top_of(*quantiles);
  return error > top ? error / top : share_below(*quantiles, error);
}

double AnomalyScorer::error_at(double score) const {
  const ErrorQuantiles* quantiles = normal();
  if (quantiles == nullptr) return 0;
  return score > 1 ? score * top_of(*quantiles) : error_with_share(*quantiles, score);
}

void AnomalyScorer::learn(double error, bool unusual) {
  if (calibrated_.has_value()) return;
  if (unusual && running_.has_value()) {
    error = std::min(error, kGrowth * std::max(running_->errors.back(), kFloor));
  }
  seen_.push_back(error);
  if (seen_.size() > kMemory) seen_.pop_front();
  running_ = error_quantiles({seen_.begin(), seen_.end()});
}

void AnomalyScorer::reset() {
  seen_.clear();
  running_.reset();
}

}  // namespace stip
