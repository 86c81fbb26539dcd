#pragma once

#include <functional>

#include "ops/cpu/kernels.h"
#include "predict/engine/buffer.h"

namespace stip::engine {

/// A convolution's weights in the order cpu::RowConvolution reads them:
/// [panel][segment][depth][16 output channels].
struct PackedConvolution {
  int segments = 0;
  int depth = 0;
  int panels = 0;
  Buffer weights;
  Buffer bias;  ///< [16 * panels]

  std::ptrdiff_t panel_step() const { return std::ptrdiff_t{segments} * depth * cpu::kPanel; }

  /// A row with these weights; the source and the output are to be filled in. With
  /// first_segment > 0 the segments before it are left out.
  cpu::RowConvolution row(int first_segment = 0) const;
};

/// weight(segment, k, out) for k < depth and out < channels; other places are zeros.
PackedConvolution pack_convolution(int segments, int depth, int channels,
                                   const std::function<float(int, int, int)>& weight,
                                   const std::function<float(int)>& bias);

}  // namespace stip::engine
