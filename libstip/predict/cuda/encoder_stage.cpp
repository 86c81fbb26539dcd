#include "predict/cuda/encoder_stage.h"

namespace stip::cuda {
namespace {

constexpr float kLeak = 0.2f;

}  // namespace

template <typename T>
EncoderStage<T>::EncoderStage(const DeviceWeights<T>& weights, const Shape& shape)
    : weights_(weights),
      shape_(shape),
      input_(shape.grid_height, shape.grid_width, weights.encoders * weights.channels) {}

template <typename T>
Pyramid<T> EncoderStage<T>::make_pyramid() const {
  Pyramid<T> pyramid;
  for (int level = 1; level < weights_.config.levels; ++level) {
    pyramid.emplace_back(shape_.grid_height >> level, shape_.grid_width >> level,
                         weights_.encoders * weights_.channels);
  }
  return pyramid;
}

template <typename T>
void EncoderStage<T>::run(const std::vector<FrameSource>& clip, const Pyramid<T>& pyramid,
                          const Features<T>& features, cudaStream_t stream) const {
  Convolution<FrameInput<T>> task;
  task.input.count = static_cast<int>(clip.size());
  for (std::size_t i = 0; i < clip.size(); ++i) task.input.source[i] = clip[i];
  task.height = task.out_height = shape_.grid_height;
  task.width = task.out_width = task.width_out = shape_.grid_width;
  task.channels = weights_.frame_channels;
  task.outputs = weights_.encoders * weights_.channels;
  // Frames that are not there are zeros: what would meet them is left out.
  const auto zeros = static_cast<std::ptrdiff_t>(weights_.config.clip) - task.input.count;
  task.weights = weights_.input.weights.data() + zeros * task.channels * task.outputs;
  task.bias = weights_.input.bias.data();
  task.leak = kLeak;
  task.out = input_.data();
  task.out_step = input_.channels;
  ConvolutionBatch<FrameInput<T>> batch;
  batch.add(task);
  convolve(batch, stream);
  for (int level = 0; level < weights_.config.levels; ++level) {
    run_level(level, level == 0 ? input_ : pyramid[static_cast<std::size_t>(level - 1)], pyramid,
              features, stream);
  }
}

template <typename T>
void EncoderStage<T>::run_level(int level, const DeviceMap<T>& in, const Pyramid<T>& pyramid,
                                const Features<T>& features, cudaStream_t stream) const {
  const int channels = weights_.channels, levels = weights_.config.levels;
  ConvolutionBatch<MapInput<T>> batch;
  for (int e = 0; e < weights_.encoders; ++e) {
    const DeviceLayer<T>& layer = weights_.levels[static_cast<std::size_t>(e * levels + level)];
    Convolution<MapInput<T>> task;
    task.input.source[0] = {in.data() + e * channels, in.channels};
    task.height = in.height;
    task.width = in.width;
    task.channels = task.outputs = channels;
    task.rows = task.columns = 3;
    task.top = task.left = -1;
    task.stride = 2;
    task.weights = layer.weights.data();
    task.out_height = in.height / 2;
    task.out_width = task.width_out = in.width / 2;
    task.bias = layer.bias.data();
    task.leak = kLeak;
    if (level + 1 < levels) {
      const DeviceMap<T>& out = pyramid[static_cast<std::size_t>(level)];
      task.out = out.data() + e * channels;
      task.out_step = out.channels;
    } else {
      const Memory<T>& feature = e == 0 ? features.spatial : features.temporal;
      task.exact = feature.exact;
      task.exact_step = channels;
      if constexpr (sizeof(T) != sizeof(float)) {
        task.out = feature.rounded;
        task.out_step = channels;
      }
    }
    batch.add(task);
  }
  convolve(batch, stream);
}

template class EncoderStage<float>;
template class EncoderStage<Half>;
template class EncoderStage<Bfloat16>;

}  // namespace stip::cuda
