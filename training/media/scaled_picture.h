#pragma once

#include "media/image.h"

namespace stip::training {

/// The picture at another size: bilinear, over all source pixels when it shrinks. 1x1 at least.
Image scaled(const Image& image, int width, int height);

}  // namespace stip::training
