#include "model/encoder.h"

namespace stip {
namespace {

constexpr double kLeak = 0.2;
// Differences of frames are small beside frames: the first layer makes up for it at the start.
constexpr double kDifferenceGain = 3;

}  // namespace

EncoderImpl::EncoderImpl(const ModelConfig& config) {
  input =
      register_module("input", torch::nn::Conv3d(torch::nn::Conv3dOptions(
                                   config.frame_channels(), config.hidden, {config.clip, 1, 1})));
  for (int i = 0; i < config.levels; ++i) {
    levels->push_back(torch::nn::Conv2d(
        torch::nn::Conv2dOptions(config.hidden, config.hidden, 3).stride(2).padding(1)));
  }
  register_module("levels", levels);
}

std::vector<torch::Tensor> EncoderImpl::forward(const torch::Tensor& clip) {
  // The 3-D convolution sees each pixel's column of frames: a 1x1 convolution over their channels,
  // for which torch has faster code.
  const auto weight = input->weight.transpose(1, 2).flatten(1, 2);  // [h, clip*fc, 1, 1]
  auto x = torch::conv2d(clip, weight, input->bias);                // [B, h, H, W]
  // Activations in place: a convolution's gradient needs its input, not its result.
  torch::leaky_relu_(x, kLeak);
  std::vector<torch::Tensor> features;
  for (const auto& level : *levels) {
    x = level->as<torch::nn::Conv2d>()->forward(x);  // [B, h, H/2, W/2]
    features.push_back(torch::leaky_relu_(x, kLeak));
  }
  return features;
}

void EncoderImpl::start_with_differences() {
  const torch::NoGradGuard no_grad;
  const int64_t clip = input->weight.size(2);
  if (clip > 1) {
    // Newest plus, the one before minus; older frames, if any, nothing.
    input->weight.slice(2, 0, clip - 2).zero_();
    input->weight.select(2, clip - 2).copy_(-input->weight.select(2, clip - 1));
    input->weight.mul_(kDifferenceGain);
  }
  input->bias.zero_();
  for (const auto& level : *levels) level->as<torch::nn::Conv2d>()->bias.zero_();
}

}  // namespace stip
