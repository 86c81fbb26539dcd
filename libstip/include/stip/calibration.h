#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace stip {

/// The shares of normal frames at which the distribution of their errors is kept.
constexpr std::array<double, 8> kErrorShares = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0};

/// errors[i]: at least kErrorShares[i] of the normal frames had a largest block error
/// (ErrorMap::largest(), levels²) of this at most; the last one is the largest of all.
struct ErrorQuantiles {
  std::uint64_t frames = 0;  ///< that they were measured on
  std::array<double, kErrorShares.size()> errors{};

  bool operator==(const ErrorQuantiles& other) const {
    return frames == other.frames && errors == other.errors;
  }
};

/// Of any number of largest block errors, in any order; at least one.
ErrorQuantiles error_quantiles(std::vector<double> errors);

/// What a model's errors on normal video are, for each horizon (frames ahead) measured: the part of
/// a model file under the metadata key `stip.calibration`.
struct Calibration {
  std::map<int, ErrorQuantiles> horizons;

  /// Of this horizon, or of the next longer one that was measured (its errors are larger: a late
  /// alarm is better than a wrong one); none beyond the longest.
  std::optional<ErrorQuantiles> at(int horizon) const;

  bool operator==(const Calibration& other) const { return horizons == other.horizons; }
};

}  // namespace stip
