#include "predict/engine/buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace stip::engine {
namespace {

constexpr std::size_t kLine = 64;
// Large buffers ask for huge pages: weights are read from end to end once a layer.
constexpr std::size_t kHuge = std::size_t{2} << 20;

}  // namespace

Buffer::Buffer(std::size_t count) : size_(count) {
  if (count == 0) return;
  const std::size_t bytes = count * sizeof(float);
  const std::size_t alignment = bytes >= kHuge ? kHuge : kLine;
  // Vectors may be read a little beyond the last value.
  const std::size_t whole = (bytes + kLine + alignment - 1) / alignment * alignment;
  data_.reset(static_cast<float*>(std::aligned_alloc(alignment, whole)));
  if (data_ == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (alignment == kHuge) madvise(data_.get(), whole, MADV_HUGEPAGE);
#endif
  std::memset(data_.get(), 0, whole);
}

Map::Map(int height, int width, int channels, const Border& border)
    : height_(height), width_(width), channels_(channels) {
  row_step_ = std::ptrdiff_t{width + border.left + border.right} * channels;
  const auto rows = static_cast<std::size_t>(height + border.top + border.bottom);
  buffer_ = Buffer(rows * static_cast<std::size_t>(row_step_));
  first_ = buffer_.data() + border.top * row_step_ + border.left * std::ptrdiff_t{channels};
}

void Map::copy_from(const Map& other) {
  for (int y = 0; y < height_; ++y) {
    std::copy_n(other.at(y, 0), std::ptrdiff_t{width_} * channels_, at(y, 0));
  }
}

void Map::clear() {
  for (int y = 0; y < height_; ++y) {
    std::fill_n(at(y, 0), std::ptrdiff_t{width_} * channels_, 0.0f);
  }
}

}  // namespace stip::engine
