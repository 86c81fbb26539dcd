#include "model/generator.h"

namespace stip {
namespace {

torch::nn::Conv2d pointwise(int64_t from, int64_t to) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(from, to, 1));
}

}  // namespace

GeneratorImpl::GeneratorImpl(const ModelConfig& config) : config_(config) {
  config.validate();
  const int64_t h = config.hidden, fc = config.frame_channels();
  spatial_encoder = register_module("spatial_encoder", Encoder(config));
  if (config.encoder == EncoderKind::kSpatiotemporal) {
    temporal_encoder = register_module("temporal_encoder", Encoder(config));
  }
  merge_temporal = register_module("merge_temporal", pointwise(2 * h, h));
  for (int l = 0; l < config.layers; ++l) cells->push_back(StgruCell(config));
  register_module("cells", cells);
  spatial_decoder = register_module("spatial_decoder", Decoder(config));
  temporal_decoder = register_module("temporal_decoder", Decoder(config));
  join = register_module("join", pointwise(2 * fc, fc));
}

// The newest inputs, [B, clip*fc, H, W], oldest first, zeros where there is none yet (eq. 1).
torch::Tensor GeneratorImpl::clip_of(const torch::Tensor& input, GeneratorState& state) const {
  std::vector<torch::Tensor> frames = state.inputs;
  frames.push_back(input);
  while (frames.size() < static_cast<size_t>(config_.clip)) {
    frames.insert(frames.begin(), torch::zeros_like(input));
  }
  state.inputs.assign(frames.begin() + 1, frames.end());
  return torch::cat(frames, 1);
}

GeneratorImpl::Encoded GeneratorImpl::advance(const torch::Tensor& input, GeneratorState& state,
                                              StepTrace* trace) {
  const auto clip = clip_of(input, state);
  Encoded step;
  step.newest = input;
  step.from_spatial_encoder = spatial_encoder->forward(clip);
  step.from_temporal_encoder =
      temporal_encoder ? temporal_encoder->forward(clip) : step.from_spatial_encoder;
  const auto temporal_feature = step.from_temporal_encoder.back();  // [B, h, core]
  const auto spatial_feature = step.from_spatial_encoder.back();
  if (trace != nullptr) *trace = {temporal_feature, spatial_feature, {}};

  if (state.temporal.empty()) {
    state.temporal.assign(cells->size(), torch::zeros_like(temporal_feature));
  }
  state.temporal[0] = merge_temporal->forward(torch::cat({state.temporal[0], temporal_feature}, 1));
  auto spatial = spatial_feature;
  for (size_t l = 0; l < cells->size(); ++l) {
    const auto update = cells[l]->as<StgruCell>()->forward(state.temporal[l], spatial);
    state.temporal[l] = update.temporal;
    spatial = update.spatial;
    if (trace != nullptr) trace->layers.push_back(update);
  }
  step.temporal = state.temporal.back();
  step.spatial = spatial;
  return step;
}

torch::Tensor GeneratorImpl::decode(const Encoded& step) {
  const auto result = is_training() ? decode_folded(step) : decode_plainly(step);  // [B, fc, H, W]
  return config_.output == Output::kResidual ? step.newest + result : result;
}

torch::Tensor GeneratorImpl::decode_plainly(const Encoded& step) {
  // Crossed against the paper's text, as in the released code, so that its checkpoints match: the
  // decoder named spatial starts from T, the one named temporal from S.
  const auto from_t = spatial_decoder->forward(step.temporal, step.from_spatial_encoder);
  const auto from_s = temporal_decoder->forward(step.spatial, step.from_temporal_encoder);
  return join->forward(torch::cat({from_t, from_s}, 1));
}

// Training's fast twin.
torch::Tensor GeneratorImpl::decode_folded(const Encoded& step) {
  return folded_output(spatial_decoder->before_output(step.temporal, step.from_spatial_encoder),
                       temporal_decoder->before_output(step.spatial, step.from_temporal_encoder),
                       join->weight, join->bias);
}

torch::Tensor GeneratorImpl::forward(const torch::Tensor& input, GeneratorState& state,
                                     StepTrace* trace) {
  return decode(advance(input, state, trace));
}

void GeneratorImpl::start_still() {
  const torch::NoGradGuard no_grad;
  join->weight.zero_();
  join->bias.zero_();
  spatial_encoder->start_with_differences();
  if (temporal_encoder) temporal_encoder->start_with_differences();
  spatial_decoder->start_without_biases();
  temporal_decoder->start_without_biases();
}

void GeneratorImpl::start_silent() {
  const torch::NoGradGuard no_grad;
  join->weight.zero_();
  join->bias.zero_();
}

}  // namespace stip
