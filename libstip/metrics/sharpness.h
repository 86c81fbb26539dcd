#pragma once

#include "stip/frame.h"

namespace stip {

/// Energy of the Laplacian (4 v - the four neighbours, squared, mean over inner pixels and
/// colours): what blur takes away and noise adds. 0 for pictures under 3x3.
double laplacian_energy(const FrameView& frame);

}  // namespace stip
