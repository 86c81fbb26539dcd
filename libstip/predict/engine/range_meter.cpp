#include "predict/engine/range_meter.h"

#include <algorithm>

namespace stip::engine {

void RangeMeter::see(int tensor, const float* values, int pixels, int channels, int worker) {
  std::vector<ValueRange>& ranges =
      ranges_[static_cast<std::size_t>(worker)][static_cast<std::size_t>(tensor)];
  ranges.resize(static_cast<std::size_t>(channels));
  for (int x = 0; x < pixels; ++x) {
    for (ValueRange& range : ranges) {
      const double value = *values++;
      range.low = value < range.low ? value : range.low;
      range.high = value > range.high ? value : range.high;
    }
  }
}

ActivationRanges RangeMeter::ranges() const {
  ActivationRanges all;
  for (int tensor = 0; tensor < tensors_.count(); ++tensor) {
    std::vector<ValueRange> merged;
    for (const auto& seen : ranges_) {
      const auto& channels = seen[static_cast<std::size_t>(tensor)];
      merged.resize(std::max(merged.size(), channels.size()));
      for (std::size_t i = 0; i < channels.size(); ++i) {
        merged[i].low = std::min(merged[i].low, channels[i].low);
        merged[i].high = std::max(merged[i].high, channels[i].high);
      }
    }
    if (tensor == tensors_.frame()) {
      for (ValueRange& range : merged) range.high = std::max(range.high, 1.0);
    }
    if (!merged.empty()) all[tensors_.name(tensor)] = std::move(merged);
  }
  return all;
}

}  // namespace stip::engine
