#pragma once

#include <functional>
#include <string>
#include <vector>

namespace stip {
class SafetensorsReader;
}

namespace stip::engine {

/// A network's parameters by the release's names, as float32 in the order of their shapes.
using NamedWeights = std::function<std::vector<float>(const std::string& name)>;

/// Those of an open model file whose header has been checked; F16 and BF16 are widened. The reader
/// is borrowed.
NamedWeights weights_of(SafetensorsReader& file);

}  // namespace stip::engine
