#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace stip::engine {

/// Zeroed floats that no vector load crosses a cache line of. Throws std::bad_alloc.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count);

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Free {
    void operator()(float* data) const { std::free(data); }
  };
  std::unique_ptr<float, Free> data_;
  std::size_t size_ = 0;
};

/// Zeros around a map: what a convolution reads beyond its edge.
struct Border {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
};

/// A picture of channels, [height][width][channels], inside its border of zeros. Writing beyond the
/// picture breaks the border.
class Map {
 public:
  Map() = default;
  Map(int height, int width, int channels, const Border& border = {});

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  /// Floats from one row to the next.
  std::ptrdiff_t row_step() const { return row_step_; }
  float* at(int y, int x) { return first_ + y * row_step_ + x * std::ptrdiff_t{channels_}; }
  const float* at(int y, int x) const {
    return first_ + y * row_step_ + x * std::ptrdiff_t{channels_};
  }

  /// Zeros of the same size, without a border.
  Map like() const { return Map(height_, width_, channels_); }
  /// The other's picture; sizes are equal, borders need not be.
  void copy_from(const Map& other);
  /// The picture becomes zeros.
  void clear();

 private:
  Buffer buffer_;
  float* first_ = nullptr;
  int height_ = 0;
  int width_ = 0;
  int channels_ = 0;
  std::ptrdiff_t row_step_ = 0;
};

}  // namespace stip::engine
