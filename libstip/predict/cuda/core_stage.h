#pragma once

#include "predict/cuda/encoder_stage.h"

namespace stip::cuda {

/// The STGRU stack (eq. 2, 5-7). T gates of all layers but the first depend on nothing of the
/// current step: they are made in one launch, on a branch of their own beside the first layer. What
/// is left in sequence is S from layer to layer, three launches each.
template <typename T>
class CoreStage {
 public:
  /// Borrows the weights. `multiprocessors`: of the device.
  CoreStage(const DeviceWeights<T>& weights, const Shape& shape, int multiprocessors);

  /// T of each layer.
  MemoryRoom<T> make_state() const;
  /// So many of S, or of features.
  MemoryRoom<T> make_memories(std::size_t count) const;

  /// One step from the memories `from` (null: zeros) to `to`, which may be the same; S after the
  /// last layer goes to `spatial`. Does not wait.
  void run(const Features<T>& features, const MemoryRoom<T>* from, const MemoryRoom<T>& to,
           const Memory<T>& spatial, cudaStream_t stream);

 private:
  void make_gates_of_zeros();
  void make_later_gates(const MemoryRoom<T>& from, cudaStream_t stream) const;
  void merge(const Memory<T>& temporal, const Memory<T>& feature, cudaStream_t stream) const;
  void make_gates(int layer, const Memory<T>& spatial, cudaStream_t stream) const;
  void update(int layer, bool zeros, const float* temporal, const float* spatial,
              const Memory<T>& new_temporal, const Memory<T>& new_spatial,
              cudaStream_t stream) const;
  Convolution<MapInput<T>> gate_convolution(const DeviceGates<T>& gates, int layer,
                                            const T* memory) const;
  GateStatistics statistics() const;
  std::size_t gate_values() const {
    return static_cast<std::size_t>(shape_.core_pixels()) *
           static_cast<std::size_t>(4 * weights_.channels);
  }

  const DeviceWeights<T>& weights_;
  Shape shape_;
  int splits_ = 1;  // of S's gates, and of the first layer's T gates
  std::size_t stretches_ = 0;
  MemoryRoom<T> zeros_;
  MemoryRoom<T> merged_;
  DeviceArray<float> temporal_gates_;  // [layer]; the first one's are in parts_
  DeviceArray<Moments> temporal_moments_;
  DeviceArray<float> zero_gates_;  // of memories of zeros, the same
  DeviceArray<Moments> zero_moments_;
  DeviceArray<float> parts_;  // [T of the first layer, S][splits]
  DeviceArray<Moments> part_moments_;
  DeviceStream branch_;
  DeviceEvent fork_;
  DeviceEvent join_;
};

}  // namespace stip::cuda
