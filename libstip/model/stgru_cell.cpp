#include "model/stgru_cell.h"

namespace stip {

GatesImpl::GatesImpl(const ModelConfig& config) : kind_(config.norm) {
  const int64_t channels = 4 * int64_t{config.hidden};
  conv = register_module(
      "conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(config.hidden, channels, config.kernel)
                                    .padding(config.kernel / 2)));
  const auto shape = kind_ == Norm::kLayer
                         ? std::vector<int64_t>{channels, config.core_height(), config.core_width()}
                         : std::vector<int64_t>{channels};
  weight = register_parameter("weight", torch::ones(shape));
  bias = register_parameter("bias", torch::zeros(shape));
}

torch::Tensor GatesImpl::forward(const torch::Tensor& memory) {
  // In mixed precision the sum is in single precision from here on, and so are T and S: steps add
  // their rounding up.
  const auto gates = conv->forward(memory).to(torch::kFloat32);
  // Both normalise over [4h, core]; a group norm with one group is a layer norm whose weights do
  // not depend on the place.
  return kind_ == Norm::kLayer ? torch::layer_norm(gates, weight.sizes(), weight, bias)
                               : torch::group_norm(gates, 1, weight, bias);
}

GatesBeforeNorm GatesImpl::before_norm(const torch::Tensor& memory) {
  return {conv->forward(memory), weight, bias};
}

StgruCellImpl::StgruCellImpl(const ModelConfig& config) {
  temporal_gates = register_module("temporal_gates", Gates(config));
  spatial_gates = register_module("spatial_gates", Gates(config));
}

StgruUpdate StgruCellImpl::forward(const torch::Tensor& temporal, const torch::Tensor& spatial) {
  if (is_training() && can_fuse_cell(temporal.device())) {
    const auto made = fused_cell(temporal_gates->before_norm(temporal),
                                 spatial_gates->before_norm(spatial), temporal, spatial);
    return {made.temporal, made.spatial, {}, {}};
  }
  return stgru_update(temporal_gates->forward(temporal), spatial_gates->forward(spatial), temporal,
                      spatial);
}

}  // namespace stip
