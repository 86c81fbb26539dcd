#include "predict/cuda/core_stage.h"

#include "stip/error.h"

namespace stip::cuda {

template <typename T>
CoreStage<T>::CoreStage(const DeviceWeights<T>& weights, const Shape& shape, int multiprocessors)
    : weights_(weights), shape_(shape) {
  const ModelConfig& c = weights.config;
  // Kernels count a layer's gates in 32 bits.
  if (gate_values() > std::size_t{INT32_MAX}) {
    throw Error(
        ErrorCode::kOutOfMemory,
        "pictures of this size are too large for the network on a GPU; make them smaller, or "
        "use device=cpu");
  }
  const auto layers = static_cast<std::size_t>(c.layers);
  splits_ = choose_splits(shape.core_pixels(), 4 * weights.channels,
                          c.kernel * c.kernel * weights.channels, 1, multiprocessors);
  stretches_ = static_cast<std::size_t>(statistics().stretches());
  zeros_ = make_memories(1);
  merged_ = make_memories(1);
  temporal_gates_ = DeviceArray<float>(layers * gate_values());
  temporal_moments_ = DeviceArray<Moments>(layers * stretches_);
  zero_gates_ = DeviceArray<float>(layers * gate_values());
  zero_moments_ = DeviceArray<Moments>(layers * stretches_);
  parts_ = DeviceArray<float>(2 * static_cast<std::size_t>(splits_) * gate_values());
  part_moments_ = DeviceArray<Moments>(2 * stretches_);
  make_gates_of_zeros();
}

template <typename T>
MemoryRoom<T> CoreStage<T>::make_state() const {
  return make_memories(static_cast<std::size_t>(weights_.config.layers));
}

template <typename T>
MemoryRoom<T> CoreStage<T>::make_memories(std::size_t count) const {
  return MemoryRoom<T>(count, static_cast<std::size_t>(shape_.core_pixels()) *
                                  static_cast<std::size_t>(weights_.channels));
}

// A convolution of zeros is its bias everywhere: sums of zeros, once and for all.
template <typename T>
void CoreStage<T>::make_gates_of_zeros() {
  cudaStream_t stream = branch_.get();
  zeros_.clear(stream);
  check(cudaMemsetAsync(zero_gates_.data(), 0, zero_gates_.size() * sizeof(float), stream),
        "preparing the network");
  GateStatistics all = statistics();
  all.side[0] = {zero_gates_.data(), weights_.temporal.bias.data(), zero_gates_.data(),
                 zero_moments_.data()};
  all.copies = weights_.config.layers;
  gate_statistics(all, stream);
  branch_.wait();
}

template <typename T>
GateStatistics CoreStage<T>::statistics() const {
  GateStatistics all;
  all.pixels = shape_.core_pixels();
  all.channels = weights_.channels;
  all.hidden = weights_.config.hidden;
  all.copy_sums = all.copy_values = static_cast<std::ptrdiff_t>(gate_values());
  all.copy_bias = std::ptrdiff_t{4} * weights_.channels;
  all.copy_moments = all.stretches();
  return all;
}

template <typename T>
Convolution<MapInput<T>> CoreStage<T>::gate_convolution(const DeviceGates<T>& gates, int layer,
                                                        const T* memory) const {
  const int kernel = weights_.config.kernel;
  Convolution<MapInput<T>> task;
  task.input.source[0] = {memory, weights_.channels};
  task.height = task.out_height = shape_.core_height;
  task.width = task.out_width = task.width_out = shape_.core_width;
  task.channels = weights_.channels;
  task.rows = task.columns = kernel;
  task.top = task.left = -(kernel / 2);
  task.weights = gates.weights.data() + layer * weights_.gate_weights();
  task.outputs = task.exact_step = 4 * weights_.channels;
  task.split_exact = static_cast<std::ptrdiff_t>(gate_values());
  return task;
}

template <typename T>
void CoreStage<T>::run(const Features<T>& features, const MemoryRoom<T>* from,
                       const MemoryRoom<T>& to, const Memory<T>& spatial, cudaStream_t stream) {
  const bool zeros = from == nullptr;
  const auto temporal = [&](int layer) {
    return zeros ? zeros_.at(0) : from->at(static_cast<std::size_t>(layer));
  };
  const bool branches = !zeros && weights_.config.layers > 1;
  if (branches) {
    fork_.record(stream);
    fork_.hold(branch_.get());
    make_later_gates(*from, branch_.get());
    join_.record(branch_.get());
  }
  merge(temporal(0), features.temporal, stream);
  for (int layer = 0; layer < weights_.config.layers; ++layer) {
    const bool first = layer == 0;
    make_gates(layer, first ? features.spatial : spatial, stream);
    if (branches && layer == 1) join_.hold(stream);
    update(layer, zeros, first ? merged_.at(0).exact : temporal(layer).exact,
           first ? features.spatial.exact : spatial.exact, to.at(static_cast<std::size_t>(layer)),
           spatial, stream);
  }
}

// T gates of all layers but the first.
template <typename T>
void CoreStage<T>::make_later_gates(const MemoryRoom<T>& from, cudaStream_t stream) const {
  const std::ptrdiff_t memory = std::ptrdiff_t{shape_.core_pixels()} * weights_.channels;
  Convolution<MapInput<T>> task = gate_convolution(weights_.temporal, 1, from.at(1).rounded);
  task.exact = temporal_gates_.data() + gate_values();
  task.copy_source = memory;
  task.copy_weights = weights_.gate_weights();
  task.copy_exact = static_cast<std::ptrdiff_t>(gate_values());
  ConvolutionBatch<MapInput<T>> batch;
  batch.add(task);
  batch.copies = weights_.config.layers - 1;
  convolve(batch, stream);

  GateStatistics all = statistics();
  all.side[0] = {task.exact, weights_.temporal.bias.data() + all.copy_bias, task.exact,
                 temporal_moments_.data() + stretches_};
  all.copies = batch.copies;
  gate_statistics(all, stream);
}

// T of the first layer takes the temporal feature in.
template <typename T>
void CoreStage<T>::merge(const Memory<T>& temporal, const Memory<T>& feature,
                         cudaStream_t stream) const {
  Convolution<MapInput<T>> task;
  task.input.count = 2;
  task.input.source[0] = {temporal.rounded, weights_.channels};
  task.input.source[1] = {feature.rounded, weights_.channels};
  task.height = task.out_height = shape_.core_height;
  task.width = task.out_width = task.width_out = shape_.core_width;
  task.channels = task.outputs = weights_.channels;
  task.weights = weights_.merge.weights.data();
  task.bias = weights_.merge.bias.data();
  task.exact = merged_.at(0).exact;
  task.exact_step = weights_.channels;
  if constexpr (sizeof(T) != sizeof(float)) {
    task.out = merged_.at(0).rounded;
    task.out_step = weights_.channels;
  }
  ConvolutionBatch<MapInput<T>> batch;
  batch.add(task);
  convolve(batch, stream);
}

// S gates of a layer; of the first layer T gates too, of what was merged.
template <typename T>
void CoreStage<T>::make_gates(int layer, const Memory<T>& spatial, cudaStream_t stream) const {
  ConvolutionBatch<MapInput<T>> batch;
  batch.splits = splits_;
  GateStatistics all = statistics();
  all.splits = splits_;
  all.split_step = static_cast<std::ptrdiff_t>(gate_values());
  all.sides = 0;
  const auto add = [&](const DeviceGates<T>& gates, const T* memory, std::size_t place) {
    Convolution<MapInput<T>> task = gate_convolution(gates, layer, memory);
    task.exact = parts_.data() + place * static_cast<std::size_t>(splits_) * gate_values();
    batch.add(task);
    all.side[all.sides++] = {task.exact, gates.bias.data() + layer * all.copy_bias, task.exact,
                             part_moments_.data() + place * stretches_};
  };
  add(weights_.spatial, spatial.rounded, 1);
  if (layer == 0) add(weights_.temporal, merged_.at(0).rounded, 0);
  convolve(batch, stream);
  gate_statistics(all, stream);
}

template <typename T>
void CoreStage<T>::update(int layer, bool zeros, const float* temporal, const float* spatial,
                          const Memory<T>& new_temporal, const Memory<T>& new_spatial,
                          cudaStream_t stream) const {
  const auto index = static_cast<std::size_t>(layer);
  const auto side = [&](const DeviceGates<T>& gates, const float* values, const Moments* moments) {
    const std::ptrdiff_t norm = layer * weights_.norm_values();
    return GateSide{values, moments, gates.norm_weight.data() + norm,
                    gates.norm_bias.data() + norm};
  };
  GateUpdate<T> all;
  if (layer == 0) {
    all.temporal_side = side(weights_.temporal, parts_.data(), part_moments_.data());
  } else {
    const auto& values = zeros ? zero_gates_ : temporal_gates_;
    const auto& moments = zeros ? zero_moments_ : temporal_moments_;
    all.temporal_side = side(weights_.temporal, values.data() + index * gate_values(),
                             moments.data() + index * stretches_);
  }
  all.spatial_side =
      side(weights_.spatial, parts_.data() + static_cast<std::size_t>(splits_) * gate_values(),
           part_moments_.data() + stretches_);
  all.stretches = static_cast<int>(stretches_);
  all.pixels = shape_.core_pixels();
  all.channels = weights_.channels;
  all.norm_by_place = weights_.config.norm == Norm::kLayer;
  all.temporal = temporal;
  all.spatial = spatial;
  all.new_temporal = new_temporal;
  all.new_spatial = new_spatial;
  gate_update(all, stream);
}

template class CoreStage<float>;
template class CoreStage<Half>;
template class CoreStage<Bfloat16>;

}  // namespace stip::cuda
