#include "data/clip_sample.h"

#include <utility>

namespace stip::training {

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
