#pragma once

#include "predict/cuda/encoder_stage.h"

namespace stip::cuda {

/// MGIR (eq. 3-4) and what follows it: from the core back to a patched frame. A launch a level: the
/// four phases of both decoders' transposed convolutions.
template <typename T>
class DecoderStage {
 public:
  /// Borrows the weights.
  DecoderStage(const DeviceWeights<T>& weights, const Shape& shape);

  /// `prediction` becomes the patched frame after `newest`, not clamped, and `bytes`, where it has
  /// data, what of it lies in that picture. Does not wait.
  void run(const Memory<T>& temporal, const Memory<T>& spatial, const Pyramid<T>& pyramid,
           const FrameSource& newest, const DeviceMap<float>& prediction,
           const MutablePicture& bytes, cudaStream_t stream) const;

 private:
  // What both decoders have come to.
  struct Maps {
    MapSource<T> of[2];
    int height = 0;
    int width = 0;
  };

  Maps run_level(const Maps& in, const DeviceLayer<T>& first, const DeviceLayer<T>& second,
                 const DeviceMap<T>& out, const DeviceMap<T>* recalled, cudaStream_t stream) const;
  void run_output(const Maps& in, const FrameSource& newest, const DeviceMap<float>& prediction,
                  const MutablePicture& bytes, cudaStream_t stream) const;

  const DeviceWeights<T>& weights_;
  Shape shape_;
  std::vector<DeviceMap<T>> levels_;  // both decoders' channels side by side; see folded
};

}  // namespace stip::cuda
