#include "model/decoder.h"

namespace stip {

DecoderImpl::DecoderImpl(const ModelConfig& config) : recall_(config.recall) {
  const auto level = torch::nn::ConvTranspose2dOptions(config.hidden, config.hidden, 3)
                         .stride(2)
                         .padding(1)
                         .output_padding(1);
  for (int i = 0; i < config.levels; ++i) levels->push_back(torch::nn::ConvTranspose2d(level));
  register_module("levels", levels);
  output = register_module("output", torch::nn::Conv2d(torch::nn::Conv2dOptions(
                                         config.hidden, config.frame_channels(), 1)));
}

// Everything but the finest level, which has neither activation nor recall: [B, h, H/2, W/2].
torch::Tensor DecoderImpl::before_last(const torch::Tensor& core,
                                       const std::vector<torch::Tensor>& recalled) {
  auto x = core;
  const size_t last = levels->size() - 1;
  for (size_t i = 0; i < last; ++i) {
    x = levels[i]->as<torch::nn::ConvTranspose2d>()->forward(x);  // [B, h, 2H, 2W]
    torch::leaky_relu_(x, 0.2);
    if (recall_ != 0) x = torch::add(x, recalled[last - 1 - i], recall_);  // eq. 3
  }
  return x;
}

torch::Tensor DecoderImpl::forward(const torch::Tensor& core,
                                   const std::vector<torch::Tensor>& recalled) {
  const auto x = before_last(core, recalled);
  return output->forward(levels[levels->size() - 1]->as<torch::nn::ConvTranspose2d>()->forward(x));
}

OutputBranch DecoderImpl::before_output(const torch::Tensor& core,
                                        const std::vector<torch::Tensor>& recalled) {
  const auto* last = levels[levels->size() - 1]->as<torch::nn::ConvTranspose2d>();
  return {before_last(core, recalled), last->weight, last->bias, output->weight, output->bias};
}

void DecoderImpl::start_without_biases() {
  const torch::NoGradGuard no_grad;
  for (const auto& level : *levels) level->as<torch::nn::ConvTranspose2d>()->bias.zero_();
}

}  // namespace stip
