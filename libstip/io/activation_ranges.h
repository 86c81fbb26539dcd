#pragma once

#include <map>
#include <string>
#include <vector>

namespace stip {

/// What the values of a channel lie between; low <= 0 <= high.
struct ValueRange {
  double low = 0;
  double high = 0;

  bool operator==(const ValueRange& other) const { return low == other.low && high == other.high; }
};

/// Ranges of the channels of tensors inside a network, by the engine's names for them: what int8
/// needs to know.
using ActivationRanges = std::map<std::string, std::vector<ValueRange>>;

/// The key `activations` of a model file's calibration (ModelFileHeader::calibration, YAML text);
/// empty where there is none. Throws kWrongKind for what cannot be read.
ActivationRanges parse_activation_ranges(const std::string& calibration);

/// The calibration with this key set, all else in it as it was.
std::string with_activation_ranges(const std::string& calibration, const ActivationRanges& ranges);

}  // namespace stip
