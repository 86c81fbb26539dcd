#pragma once

#include <string>

#include "model/config.h"

namespace stip::engine {

/// Numbers and names of the tensors that int8 keeps as bytes: what the convolutions of encoders and
/// decoders read.
class DenseTensors {
 public:
  explicit DenseTensors(const ModelConfig& config)
      : encoders_(config.encoder == EncoderKind::kSpatiotemporal ? 2 : 1), levels_(config.levels) {}

  int count() const { return 1 + encoders_ * levels_ + 2 * (levels_ + 1); }

  /// A patched input frame, true or predicted.
  int frame() const { return 0; }
  /// Stage 0: the first convolution's result; stage i < levels: what level i - 1 makes of it.
  int encoder(std::size_t encoder, int stage) const {
    return 1 + static_cast<int>(encoder) * levels_ + stage;
  }
  /// Stage 0: T or S as it comes from the core; stage i <= levels: what level i - 1 makes of it,
  /// with the recall.
  int decoder(std::size_t decoder, int stage) const {
    return 1 + encoders_ * levels_ + static_cast<int>(decoder) * (levels_ + 1) + stage;
  }

  /// As model files have it: frame, encoder-s-0, decoder-t-2.
  std::string name(int tensor) const {
    if (tensor == 0) return "frame";
    const int decoders = 1 + encoders_ * levels_;
    const bool encoder = tensor < decoders;
    const int index = encoder ? tensor - 1 : tensor - decoders;
    const int stages = encoder ? levels_ : levels_ + 1;
    return std::string(encoder ? "encoder-" : "decoder-") + (index < stages ? "s-" : "t-") +
           std::to_string(index % stages);
  }

 private:
  int encoders_;
  int levels_;
};

}  // namespace stip::engine
