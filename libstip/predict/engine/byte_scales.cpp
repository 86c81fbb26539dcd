#include "predict/engine/byte_scales.h"

#include <algorithm>
#include <cmath>

#include "ops/cpu/byte_kernels.h"

namespace stip::engine {
namespace {

// A channel that was quiet while the ranges were measured may still speak up.
constexpr double kQuietest = 1e-3;

}  // namespace

ByteScales byte_scales(const std::vector<ValueRange>& ranges, int channels) {
  double widest = 1e-6;
  for (const ValueRange& range : ranges) widest = std::max(widest, range.high - range.low);
  ByteScales scales;
  for (std::size_t i = 0; i < static_cast<std::size_t>(channels); ++i) {
    const ValueRange range = i < ranges.size() ? ranges[i] : ValueRange{};
    const double width = std::max(range.high - range.low, kQuietest * widest);
    const double scale = width / cpu::kMostByte;
    scales.scale.push_back(static_cast<float>(scale));
    scales.inverse.push_back(static_cast<float>(1 / scale));
    scales.zero.push_back(static_cast<float>(std::nearbyint(-range.low / scale)));
  }
  return scales;
}

}  // namespace stip::engine
