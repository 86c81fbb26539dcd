#include "predict/feature_trace.h"

#include <torch/torch.h>

#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "predict/frame_fit.h"

namespace stip {
namespace {

FeatureMaps maps_of(const torch::Tensor& tensor) {  // [1, C, H, W]
  const auto values = tensor.contiguous();
  const auto* begin = values.data_ptr<float>();
  return {static_cast<int>(values.size(1)),
          static_cast<int>(values.size(2)),
          static_cast<int>(values.size(3)),
          {begin, begin + values.numel()}};
}

FeatureStep step_of(const StepTrace& trace) {
  const StgruUpdate& layer = trace.layers[trace.layers.size() > 1 ? 1 : 0];
  return {maps_of(trace.temporal_feature), maps_of(trace.spatial_feature),
          maps_of(layer.trend_gate), maps_of(layer.update_gate)};
}

}  // namespace

struct FeatureTracer::Network {
  Generator generator;
  int threads;
};

FeatureTracer::FeatureTracer(const std::string& model_file, int threads)
    : network_(guard_torch("loading the model", [&] {
        return std::make_unique<Network>(Network{load_model_file(model_file).generator, threads});
      })) {}

FeatureTracer::~FeatureTracer() = default;

std::vector<FeatureStep> FeatureTracer::trace(const std::vector<FrameView>& frames, int horizon) {
  return guard_torch("looking into the network", [&] {
    use_threads(network_->threads);
    const torch::NoGradGuard no_grad;
    const FrameView& first = frames.at(0);
    const FrameFit fit(network_->generator->config(), first.width, first.height, Resize::kAuto);
    GeneratorState state;
    torch::Tensor prediction;
    std::vector<FeatureStep> steps;
    for (size_t t = 0; t + 1 < frames.size() + static_cast<size_t>(horizon); ++t) {
      StepTrace trace;
      const auto input = t < frames.size() ? fit.to_network(frames[t]) : prediction;
      prediction = network_->generator->forward(input, state, &trace);
      steps.push_back(step_of(trace));
    }
    return steps;
  });
}

}  // namespace stip
