#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/config.h"
#include "predict/engine/named_weights.h"

namespace stip::engine {

/// What engines read of a network before they bring it into an order of their own.
struct Layer {
  std::vector<float> weight;
  std::vector<float> bias;
};

Layer read_layer(const NamedWeights& weights, const std::string& name);
/// Of decoder 0 (spatial) or 1 (temporal).
Layer read_decoder_level(const NamedWeights& weights, int decoder, int level);

/// A value of a [a][b][c][d] tensor.
float at(const std::vector<float>& values, const std::array<int, 4>& sizes, int a, int b, int c,
         int d);

/// Which kernel row (or column) of a 3x3 stride-2 transposed convolution meets input y + offset for
/// an output of this parity: it adds input i times weight k to output 2i - 1 + k.
constexpr int kernel_index(int parity, int offset) { return parity == 0 ? 1 : 2 - 2 * offset; }

/// Both decoders' 1x1 convolutions followed by their half of the joining one: [fc, h] and a bias.
struct Joined {
  std::array<std::vector<double>, 2> weight;
  std::vector<double> bias;
};
Joined fold_pointwise(const ModelConfig& config, const NamedWeights& weights);

/// The same with both decoders' last levels: one transposed convolution.
struct FoldedOutput {
  std::array<std::vector<float>, 2> weight;  ///< [decoder]: [h][fc][3][3]
  std::vector<double> bias;                  ///< [fc]
};
FoldedOutput fold_output(const ModelConfig& config, const Joined& joined,
                         const std::array<Layer, 2>& last);

/// Whether FoldedOutput needs fewer multiply-adds than last levels and 1x1 one after the other.
bool folding_pays(const ModelConfig& config);

}  // namespace stip::engine
