#pragma once

#include "ops/cpu/byte_kernels.h"
#include "predict/engine/byte_map.h"
#include "predict/engine/network_weights.h"

namespace stip::engine {

/// PackedConvolution's twin in bytes, as cpu::ByteConvolution reads it.
struct ByteConvolutionWeights {
  int segments = 0;
  int depth = 0;  ///< of a segment, padded
  int panels = 0;
  std::vector<std::int8_t> weights;
  Buffer scale;
  std::vector<Buffer> bias;  ///< [first segment]: what stands for zero in the others is taken off

  /// A row with these weights; with first_segment > 0 the segments before it are left out.
  cpu::ByteConvolution row(int first_segment = 0) const;
};

/// Weights in int8, one scale an output channel, with the scales of what the segments read in them;
/// with `out` (may be null) the result is meant in its units.
ByteConvolutionWeights quantise_convolution(const PackedConvolution& from,
                                            const std::vector<const ByteScales*>& sources,
                                            const ByteScales* out);

using ByteDeconvolutionWeights = std::array<ByteConvolutionWeights, 4>;

struct ByteEncoderWeights {
  std::vector<ByteScales> scales;  ///< by stage (DenseTensors)
  ByteConvolutionWeights input;
  std::vector<ByteConvolutionWeights> levels;  ///< the last one gives floats
};

struct ByteDecoderWeights {
  std::vector<ByteScales> scales;  ///< by stage
  std::vector<ByteDeconvolutionWeights> levels;
  /// Of each level and channel, in the result's units: recall weight, and zero less the recall's.
  std::vector<std::vector<float>> recall_weights;
  std::vector<std::vector<float>> out_zeros;
};

/// The dense stages of a network in int8: encoders, decoders and output. The core stays in single
/// precision, where Winograd saves more products than bytes would.
struct ByteWeights {
  ByteScales frame;
  std::vector<ByteEncoderWeights> encoders;
  std::array<ByteDecoderWeights, 2> decoders;
  ByteDeconvolutionWeights whole;  ///< OutputWeights in bytes
  std::array<ByteDeconvolutionWeights, 2> last;
  ByteConvolutionWeights joined;
};

/// Throws kInvalidArgument if a tensor's range is missing.
ByteWeights make_byte_weights(const NetworkWeights& weights, const ActivationRanges& ranges);

}  // namespace stip::engine
