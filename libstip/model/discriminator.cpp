#include "model/discriminator.h"

#include "base/autocast.h"

namespace stip {

int64_t DiscriminatorImpl::level_count(int64_t grid_height) {
  int64_t levels = 0;
  while ((grid_height >>= 1) > 0) ++levels;
  return std::max<int64_t>(1, levels);
}

DiscriminatorImpl::DiscriminatorImpl(const DiscriminatorConfig& config, int64_t frame_channels,
                                     int64_t grid_height, int64_t grid_width)
    : config_(config) {
  config.validate();
  int64_t channels = frame_channels;
  for (int64_t i = 0; i < level_count(grid_height); ++i) {
    convolutions->push_back(torch::nn::Conv2d(
        torch::nn::Conv2dOptions(channels, config.hidden, 3).stride(2).padding(1)));
    norms->push_back(torch::nn::GroupNorm(torch::nn::GroupNormOptions(4, config.hidden)));
    channels = config.hidden;
  }
  // A stride-2 convolution with padding 1 rounds up: what is left is the grid over 2^k, rounded up.
  const int64_t scale = int64_t{1} << convolutions->size();
  const int64_t rows = (grid_height + scale - 1) / scale,
                columns = (grid_width + scale - 1) / scale;
  register_module("convolutions", convolutions);
  register_module("norms", norms);
  linear = register_module("linear", torch::nn::Linear(config.hidden * rows * columns, 1));
}

DiscriminatorImpl::Judgement DiscriminatorImpl::forward(const torch::Tensor& frames) {
  auto x = frames;
  for (size_t i = 0; i < convolutions->size(); ++i) {
    x = convolutions[i]->as<torch::nn::Conv2d>()->forward(x);  // [N, d, ceil(H/2), ceil(W/2)]
    x = norms[i]->as<torch::nn::GroupNorm>()->forward(x);
    // In place: the norm's gradient needs its input, not its result.
    if (config_.activation == DiscriminatorConfig::Activation::kRelu) {
      torch::relu_(x);
    } else {
      torch::leaky_relu_(x, 0.2);
    }
  }
  // One number a frame, of thousands of products: in single precision also where the rest is mixed.
  const AutocastScope full(x.device().type(), false);
  const auto features = x.flatten(1).to(torch::kFloat32);
  return {features, torch::sigmoid(linear->forward(features))};
}

}  // namespace stip
