#pragma once

#include <array>
#include <vector>

#include "base/thread_pool.h"
#include "model/config.h"
#include "predict/engine/named_weights.h"
#include "predict/engine/packed_convolution.h"

namespace stip::engine {

/// One branch of STED. The 3-D convolution is a product of `clip` patched frames: a segment each,
/// oldest first. A level's segments are its kernel's rows.
struct EncoderWeights {
  PackedConvolution input;
  std::vector<PackedConvolution> levels;
};

/// The gates that one memory contributes to a cell: 4h channels in parts z, r, t, s, each padded to
/// whole panels.
struct GateWeights {
  Buffer tiles;              ///< kernel 5: [panel][64 points][channels][16]; else empty
  PackedConvolution direct;  ///< other kernels
  Buffer bias;               ///< [4 * padded channels], of the convolution
  Buffer norm_weight;        ///< [core][4 * padded channels], or one row where norm: channel
  Buffer norm_bias;
};

struct CellWeights {
  GateWeights temporal;
  GateWeights spatial;
};

/// A 3x3 stride-2 transposed convolution as four dense ones: output row 2y+py, column 2x+px reads
/// only input rows y..y+py and columns x..x+px. Index 2*py + px.
using DeconvolutionWeights = std::array<PackedConvolution, 4>;

/// What follows a decoder's last level is linear: with few output channels everything folds into
/// one transposed convolution from both decoders; with many (about 115 at 64 hidden ones) only the
/// 1x1 convolutions fold, and the last levels stay.
struct OutputWeights {
  bool folded = true;
  DeconvolutionWeights whole;                ///< folded: segments of decoder 0, then of decoder 1
  std::array<DeconvolutionWeights, 2> last;  ///< not folded: each decoder's last level
  PackedConvolution joined;                  ///< not folded: two segments, one a decoder
};

/// Everything of a network, folded and in the kernels' order; made once, shared, never changed.
struct NetworkWeights {
  ModelConfig config;
  int channels = 0;                      ///< hidden ones, padded
  int frame_channels = 0;                ///< of a patched frame, padded
  std::vector<EncoderWeights> encoders;  ///< spatial, temporal; one where encoder: single
  PackedConvolution merge;               ///< segments: T of the first layer, the temporal feature
  std::vector<CellWeights> cells;
  /// [decoder][level], without the last. Decoder 0 starts from T and recalls the spatial encoder,
  /// decoder 1 from S and recalls the temporal one (crossed, as in GeneratorImpl::decode).
  std::array<std::vector<DeconvolutionWeights>, 2> decoders;
  OutputWeights output;
};

/// Reads and packs; the work is shared out over the pool. Throws what `weights` throws.
NetworkWeights make_network_weights(const ModelConfig& config, const NamedWeights& weights,
                                    ThreadPool& pool);

}  // namespace stip::engine
