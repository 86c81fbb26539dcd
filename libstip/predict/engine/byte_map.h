#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "predict/engine/buffer.h"
#include "predict/engine/byte_scales.h"

namespace stip::engine {

/// Map's twin in bytes; its border, and at first its picture too, are the bytes that stand for 0.
class ByteMap {
 public:
  ByteMap() = default;
  ByteMap(int height, int width, const ByteScales& scales, const Border& border = {})
      : height_(height),
        width_(width),
        channels_(scales.channels()),
        zero_(scales.zero.begin(), scales.zero.end()),
        row_step_(std::ptrdiff_t{width + border.left + border.right} * channels_),
        first_(border.top * row_step_ + border.left * std::ptrdiff_t{channels_}),
        bytes_(static_cast<std::size_t>((height + border.top + border.bottom) * row_step_)) {
    clear();
  }

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  std::uint8_t* at(int y, int x) {
    return bytes_.data() + first_ + y * row_step_ + x * std::ptrdiff_t{channels_};
  }
  const std::uint8_t* at(int y, int x) const {
    return bytes_.data() + first_ + y * row_step_ + x * std::ptrdiff_t{channels_};
  }

  /// The picture becomes zeros.
  void clear() {
    for (auto at = bytes_.begin(); at != bytes_.end();) {
      at = std::copy(zero_.begin(), zero_.end(), at);
    }
  }

 private:
  int height_ = 0;
  int width_ = 0;
  int channels_ = 0;
  std::vector<std::uint8_t> zero_;  // [channels]
  std::ptrdiff_t row_step_ = 0;
  std::ptrdiff_t first_ = 0;
  std::vector<std::uint8_t> bytes_;
};

/// Values written and cut off, counted by the threads of a pool.
class ClipCounter {
 public:
  explicit ClipCounter(int threads) : counts_(static_cast<std::size_t>(threads)) {}

  void add(std::int64_t written, std::int64_t clipped, int worker) {
    Count& count = counts_[static_cast<std::size_t>(worker)];
    count.written += written;
    count.clipped += clipped;
  }
  /// 0..1, of all since the start.
  double share() const {
    double written = 0, clipped = 0;
    for (const Count& count : counts_) {
      written += static_cast<double>(count.written);
      clipped += static_cast<double>(count.clipped);
    }
    return written > 0 ? clipped / written : 0;
  }

 private:
  struct alignas(64) Count {  // a cache line each
    std::int64_t written = 0;
    std::int64_t clipped = 0;
  };
  std::vector<Count> counts_;
};

}  // namespace stip::engine
