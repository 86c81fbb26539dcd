#include "predict/cuda/decoder_stage.h"

namespace stip::cuda {
namespace {

constexpr float kLeak = 0.2f;

// One phase of a transposed convolution: outputs (2y + py, 2x + px) of twice the size.
template <typename T>
Convolution<MapInput<T>> phase_of(const DeviceLayer<T>& layer, int phase, int height, int width) {
  const int py = phase / 2, px = phase % 2;
  Convolution<MapInput<T>> task;
  task.height = task.out_height = height;
  task.width = task.out_width = width;
  task.rows = 1 + py;
  task.columns = 1 + px;
  task.weights = layer.weights.data() + layer.phase[phase];
  task.bias = layer.bias.data();
  task.spread = 2;
  task.shift_y = py;
  task.shift_x = px;
  task.width_out = 2 * width;
  return task;
}

}  // namespace

template <typename T>
DecoderStage<T>::DecoderStage(const DeviceWeights<T>& weights, const Shape& shape)
    : weights_(weights), shape_(shape) {
  const int levels = weights.config.levels - (weights.folded ? 1 : 0);
  for (int level = 0; level < levels; ++level) {
    const int finer = weights.config.levels - 1 - level;
    levels_.emplace_back(shape.grid_height >> finer, shape.grid_width >> finer,
                         2 * weights.channels);
  }
}

template <typename T>
void DecoderStage<T>::run(const Memory<T>& temporal, const Memory<T>& spatial,
                          const Pyramid<T>& pyramid, const FrameSource& newest,
                          const DeviceMap<float>& prediction, const MutablePicture& bytes,
                          cudaStream_t stream) const {
  Maps maps;
  // Decoder 0, named spatial, starts from T: see GeneratorImpl::decode().
  maps.of[0] = {temporal.rounded, weights_.channels};
  maps.of[1] = {spatial.rounded, weights_.channels};
  maps.height = shape_.core_height;
  maps.width = shape_.core_width;
  const bool recalls = weights_.config.recall != 0;
  for (std::size_t level = 0; level < weights_.decoders[0].size(); ++level) {
    const DeviceMap<T>& recalled = pyramid[pyramid.size() - 1 - level];
    maps = run_level(maps, weights_.decoders[0][level], weights_.decoders[1][level], levels_[level],
                     recalls ? &recalled : nullptr, stream);
  }
  run_output(maps, newest, prediction, bytes, stream);
}

template <typename T>
auto DecoderStage<T>::run_level(const Maps& in, const DeviceLayer<T>& first,
                                const DeviceLayer<T>& second, const DeviceMap<T>& out,
                                const DeviceMap<T>* recalled, cudaStream_t stream) const -> Maps {
  const int channels = weights_.channels;
  // The last level is not activated (and recalls nothing).
  const bool is_last = out.height == shape_.grid_height;
  ConvolutionBatch<MapInput<T>> batch;
  for (int d = 0; d < 2; ++d) {
    for (int phase = 0; phase < 4; ++phase) {
      Convolution<MapInput<T>> task = phase_of(d == 0 ? first : second, phase, in.height, in.width);
      task.input.source[0] = in.of[d];
      task.channels = task.outputs = channels;
      task.leak = is_last ? 1 : kLeak;
      if (recalled != nullptr) {
        task.recall = recalled->data() + (d == 0 ? 0 : (weights_.encoders - 1) * channels);
        task.recall_step = recalled->channels;
        task.recall_weight = static_cast<float>(weights_.config.recall);
      }
      task.out = out.data() + d * channels;
      task.out_step = out.channels;
      batch.add(task);
    }
  }
  convolve(batch, stream);
  Maps maps;
  for (int d = 0; d < 2; ++d) maps.of[d] = {out.data() + d * channels, out.channels};
  maps.height = out.height;
  maps.width = out.width;
  return maps;
}

template <typename T>
void DecoderStage<T>::run_output(const Maps& in, const FrameSource& newest,
                                 const DeviceMap<float>& prediction, const MutablePicture& bytes,
                                 cudaStream_t stream) const {
  Maps from = in;
  if (!weights_.folded) {
    from = run_level(in, weights_.last[0], weights_.last[1], levels_.back(), nullptr, stream);
  }
  ConvolutionBatch<MapInput<T>> batch;
  for (int phase = 0; phase < (weights_.folded ? 4 : 1); ++phase) {
    Convolution<MapInput<T>> task;
    if (weights_.folded) {
      task = phase_of(weights_.whole, phase, from.height, from.width);
    } else {
      task.height = task.out_height = from.height;
      task.width = task.out_width = task.width_out = from.width;
      task.weights = weights_.joined.weights.data();
      task.bias = weights_.joined.bias.data();
    }
    task.input.count = 2;
    for (int d = 0; d < 2; ++d) task.input.source[d] = from.of[d];
    task.channels = weights_.channels;
    task.outputs = weights_.frame_channels;
    task.newest = newest;
    task.adds_newest = weights_.config.output == Output::kResidual;
    task.exact = prediction.data();
    task.exact_step = prediction.channels;
    task.picture = bytes;
    task.patch = weights_.config.patch;
    batch.add(task);
  }
  convolve(batch, stream);
}

template class DecoderStage<float>;
template class DecoderStage<Half>;
template class DecoderStage<Bfloat16>;

}  // namespace stip::cuda
