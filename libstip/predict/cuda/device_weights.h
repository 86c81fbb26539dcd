#pragma once

#include <array>
#include <vector>

#include "model/config.h"
#include "ops/cuda/convolution.h"
#include "ops/cuda/device_memory.h"
#include "predict/engine/named_weights.h"

namespace stip::cuda {

/// A layer's weights in the convolutions' order, and its bias.
template <typename T>
struct DeviceLayer {
  DeviceArray<T> weights;     ///< [source][row][column][channels][outputs]
  DeviceArray<float> bias;    ///< [outputs]
  std::ptrdiff_t phase[4]{};  ///< of a transposed convolution: where phase 2*py + px begins
};

/// The gates of one side (T or S) of all cells, one after the other: 4 * channels outputs in parts
/// z, r, t, s.
template <typename T>
struct DeviceGates {
  DeviceArray<T> weights;
  DeviceArray<float> bias;
  DeviceArray<float> norm_weight;  ///< [layer][pixels of the core, or 1][4 * channels]
  DeviceArray<float> norm_bias;
};

/// Everything of a network on one device, folded as engine::NetworkWeights is (see there); made
/// once, shared, never changed.
template <typename T>
struct DeviceWeights {
  ModelConfig config;
  int channels = 0;        ///< hidden ones, padded
  int frame_channels = 0;  ///< of a patched frame, padded
  int encoders = 2;
  DeviceLayer<T> input;                ///< sources: frames; outputs: those of both encoders
  std::vector<DeviceLayer<T>> levels;  ///< [encoder * levels + level]
  DeviceLayer<T> merge;                ///< sources: T of the first layer, the temporal feature
  DeviceGates<T> temporal;
  DeviceGates<T> spatial;
  std::array<std::vector<DeviceLayer<T>>, 2> decoders;  ///< [decoder][level], without the last
  bool folded = true;
  DeviceLayer<T> whole;                ///< folded: sources: decoder 0, decoder 1
  std::array<DeviceLayer<T>, 2> last;  ///< not folded
  DeviceLayer<T> joined;               ///< not folded: sources: decoder 0, decoder 1

  /// Values from one layer's gates, or norm, to the next's.
  std::ptrdiff_t gate_weights() const {
    return std::ptrdiff_t{config.kernel} * config.kernel * channels * 4 * channels;
  }
  std::ptrdiff_t norm_values() const {
    return config.norm == Norm::kLayer
               ? std::ptrdiff_t{config.core_height()} * config.core_width() * 4 * channels
               : std::ptrdiff_t{4} * channels;
  }
};

/// Reads, folds and uploads to the current device. Throws what `weights` throws and kOutOfMemory.
template <typename T>
DeviceWeights<T> make_device_weights(const ModelConfig& config,
                                     const engine::NamedWeights& weights);

}  // namespace stip::cuda
