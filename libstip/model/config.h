#pragma once

#include <string>

#include "stip/frame.h"
#include "stip/predictor.h"

namespace stip {

/// What is normalised in the gates is the same; what differs is the shape of weight and bias.
enum class Norm {
  kLayer,   ///< the paper: one weight a value, so weights are tied to the picture size
  kChannel  ///< one weight a channel (group norm with one group): runs at any picture size
};

/// What the last convolution's result means.
enum class Output {
  kFrame,     ///< the paper: it is the predicted frame
  kResidual,  ///< it is added to the newest input, true or predicted; zero weights are copy-last
  kMotion  ///< ours: it corrects a closed-form mix of what moved (motion/mixture.h); the inputs are
           ///< what motion/motion_stream.h knows of each horizon, and zero weights are that mix
};

enum class EncoderKind {
  kSpatiotemporal,  ///< the paper's STED: two encoders with their own weights
  kSingle           ///< one encoder for both (Table VI's ablation)
};

/// The network's shape. Defaults are the ucfsport preset of the paper. No YAML, no files: see
/// io/model_config_text.h for those.
struct ModelConfig {
  int height = 512;  ///< picture, pixels
  int width = 512;
  int patch = 2;    ///< p: a p x p block of pixels becomes channels
  int levels = 4;   ///< n: encoder and decoder levels, each a factor of 2
  int layers = 16;  ///< L: STGRU cells
  int hidden = 64;  ///< h: channels everywhere inside
  int kernel = 5;   ///< of the gates' convolutions, odd
  int clip = 2;     ///< frames the encoder sees at once: the newest inputs, zeros before the first
  double recall = 0.1;  ///< alpha of MGIR (eq. 3); 0 switches recall off
  double sharpen = 0;   ///< output: motion; by how much (motion/predicted_rows.h)
  Norm norm = Norm::kLayer;
  Output output = Output::kFrame;
  EncoderKind encoder = EncoderKind::kSpatiotemporal;
  PixelOrder colour = PixelOrder::kBgr;
  StateMode state = StateMode::kWindow;  ///< how it was trained to be used
  int context = 4;                       ///< frames it was trained to predict from

  /// Pixels per core cell: picture sizes must be multiples of it.
  int multiple() const { return patch << levels; }
  /// Channels of one patched frame: p * p * 3.
  int frame_channels() const { return patch * patch * 3; }
  int grid_height() const { return height / patch; }
  int grid_width() const { return width / patch; }
  int core_height() const { return height / multiple(); }
  int core_width() const { return width / multiple(); }

  /// The same network over pictures of another size (norm: channel only makes this the same
  /// weights).
  ModelConfig with_size(int new_height, int new_width) const;

  /// Throws kInvalidArgument naming the first key out of range and what is accepted.
  void validate() const;
};

bool operator==(const ModelConfig& a, const ModelConfig& b);

/// The discriminator's shape; it judges patched frames of one grid size.
struct DiscriminatorConfig {
  int hidden = 64;
  enum class Activation {
    kRelu,      ///< the released code
    kLeakyRelu  ///< the paper's text, slope 0.2
  } activation = Activation::kRelu;

  void validate() const;
};

}  // namespace stip
