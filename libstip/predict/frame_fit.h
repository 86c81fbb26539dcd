#pragma once

#include <torch/torch.h>

#include "predict/fit_geometry.h"

namespace stip {

/// Between pictures of a stream's size and the patched tensors of a network's size. Immutable.
class FrameFit {
 public:
  /// Throws kInvalidArgument when the network cannot run on such frames with this way of resizing
  /// (`pad` with a network tied to a smaller size).
  FrameFit(const ModelConfig& config, int width, int height, Resize resize, bool halved = false);

  /// The network's picture size.
  int network_width() const { return geometry_.network_width; }
  int network_height() const { return geometry_.network_height; }
  /// True: frames are padded at the right and the bottom; false: scaled.
  bool pads() const { return geometry_.pads; }

  /// [1, fc, H/p, W/p], 0..1.
  torch::Tensor to_network(const FrameView& frame) const;

  /// A prediction, clamped and rounded to 8 bit, at the stream's size.
  void from_network(const torch::Tensor& patched, const MutableFrameView& frame) const;

  /// The same as a float picture [H, W, 3] of the stream's size in the network's colour order,
  /// neither clamped nor rounded.
  torch::Tensor picture_from_network(const torch::Tensor& patched) const;

 private:
  torch::Tensor padded(const FrameView& frame) const;
  torch::Tensor scaled(const torch::Tensor& picture, int height, int width) const;

  int patch_;
  PixelOrder colour_;
  FitGeometry geometry_;
};

}  // namespace stip
