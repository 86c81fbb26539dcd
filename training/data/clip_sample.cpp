#include "data/clip_sample.h"

#include <utility>

namespace stip::training {

std::vector<std::int64_t> ClipShape::frames(std::int64_t start) const {
  std::vector<std::int64_t> numbers = {start};
  for (int t = 0; t + 1 < total; ++t) {
    const int times = rhythm.empty() ? 1 : rhythm[static_cast<std::size_t>(t) % rhythm.size()];
    numbers.push_back(numbers.back() + std::int64_t(step) * times);
  }
  return numbers;
}

ClipSample kept_in(std::pmr::memory_resource* memory, ClipSample sample) {
  if (sample.pixels.get_allocator().resource() == memory) return sample;
  // Assigning would leave the pixels' memory as it is: only a new vector has another.
  std::pmr::vector<std::uint8_t> pixels(sample.pixels, memory);
  return {sample.frames,  sample.height,          sample.width,     std::move(pixels),
          sample.source,  std::move(sample.name), sample.start,     sample.x,
          sample.y,       sample.flipped_x,       sample.flipped_y, sample.transposed,
          sample.reversed};
}

}  // namespace stip::training
