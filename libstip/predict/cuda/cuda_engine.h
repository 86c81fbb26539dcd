#pragma once

#include "predict/cuda/core_stage.h"
#include "predict/cuda/decoder_stage.h"
#include "predict/cuda/encoder_stage.h"

namespace stip::cuda {

/// A network at one picture size on one device, with the memory a step needs: nothing is allocated
/// after construction, and nothing waits. Equals the readable GeneratorImpl up to T's rounding. One
/// stream at a time.
template <typename T>
class CudaEngine {
 public:
  /// Borrows the weights. `height` and `width` are the network's picture size. Throws kOutOfMemory.
  CudaEngine(const DeviceWeights<T>& weights, int height, int width, int multiprocessors)
      : weights_(weights),
        shape_(shape_of(weights.config, height, width)),
        encoders_(weights, shape_),
        core_(weights, shape_, multiprocessors),
        decoders_(weights, shape_) {}

  const ModelConfig& config() const { return weights_.config; }
  const Shape& shape() const { return shape_; }
  int frame_channels() const { return weights_.frame_channels; }
  int encoders() const { return weights_.encoders; }

  Pyramid<T> make_pyramid() const { return encoders_.make_pyramid(); }
  MemoryRoom<T> make_state() const { return core_.make_state(); }
  MemoryRoom<T> make_memories(std::size_t count) const { return core_.make_memories(count); }
  DeviceMap<float> make_patched() const {
    return {shape_.grid_height, shape_.grid_width, weights_.frame_channels};
  }

  /// See EncoderStage::run(), CoreStage::run() and DecoderStage::run().
  void encode(const std::vector<FrameSource>& clip, const Pyramid<T>& pyramid,
              const Features<T>& features, cudaStream_t stream) const {
    encoders_.run(clip, pyramid, features, stream);
  }
  void advance(const Features<T>& features, const MemoryRoom<T>* from, const MemoryRoom<T>& to,
               const Memory<T>& spatial, cudaStream_t stream) {
    core_.run(features, from, to, spatial, stream);
  }
  void decode(const Memory<T>& temporal, const Memory<T>& spatial, const Pyramid<T>& pyramid,
              const FrameSource& newest, const DeviceMap<float>& prediction,
              const MutablePicture& bytes, cudaStream_t stream) const {
    decoders_.run(temporal, spatial, pyramid, newest, prediction, bytes, stream);
  }

 private:
  static Shape shape_of(const ModelConfig& config, int height, int width) {
    Shape shape;
    shape.patch = config.patch;
    shape.grid_height = height / config.patch;
    shape.grid_width = width / config.patch;
    shape.core_height = shape.grid_height >> config.levels;
    shape.core_width = shape.grid_width >> config.levels;
    return shape;
  }

  const DeviceWeights<T>& weights_;
  Shape shape_;
  EncoderStage<T> encoders_;
  CoreStage<T> core_;
  DecoderStage<T> decoders_;
};

}  // namespace stip::cuda
