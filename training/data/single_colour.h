#pragma once

#include "media/image.h"

namespace stip::training {

/// True if all pixels are equal: black, white. Such frames say nothing of where they are from.
inline bool single_colour(const Image& image) {
  for (std::size_t i = 3; i < image.pixels.size(); ++i) {
    if (image.pixels[i] != image.pixels[i - 3]) return false;
  }
  return true;
}

}  // namespace stip::training
