#pragma once

#include <torch/torch.h>

#include <vector>

#include "model/config.h"
#include "model/decoder.h"
#include "model/encoder.h"
#include "model/stgru_cell.h"

namespace stip {

/// What one stream carries from step to step. Kept apart from the weights, so that any number of
/// streams share one Generator. Tensors are replaced, never written in place: copying a state is
/// cheap and a copy can be rolled on while the original stays.
struct GeneratorState {
  std::vector<torch::Tensor> temporal;  ///< T of each layer, [B, h, core]; empty: zeros
  std::vector<torch::Tensor> inputs;  ///< the last clip-1 inputs, oldest first; missing ones: zeros
};

/// What a step computed inside, for the paper's Fig. 5 and for parity tests.
struct StepTrace {
  torch::Tensor temporal_feature;  ///< [B, h, core]
  torch::Tensor spatial_feature;
  std::vector<StgruUpdate> layers;
};

/// The whole network: STED, the STGRU stack, MGIR. A step takes one patched frame in and gives the
/// prediction of the next.
class GeneratorImpl : public torch::nn::Module {
 public:
  /// Throws what config.validate() throws.
  explicit GeneratorImpl(const ModelConfig& config);

  /// What decode() needs of a step.
  struct Encoded {
    torch::Tensor newest;    ///< the step's input
    torch::Tensor temporal;  ///< T of the last layer
    torch::Tensor spatial;   ///< S after the last layer
    std::vector<torch::Tensor> from_spatial_encoder;
    std::vector<torch::Tensor> from_temporal_encoder;
  };

  /// Takes the next input in, [B, fc, H, W], values 0..1 (a fed-back prediction is not clamped),
  /// and moves the state on. Nothing but the state is needed for steps whose prediction nobody
  /// reads.
  Encoded advance(const torch::Tensor& input, GeneratorState& state, StepTrace* trace = nullptr);

  /// The prediction of the frame after the step's input, [B, fc, H, W], not clamped. In training
  /// mode the linear end is folded: the same up to rounding, faster.
  torch::Tensor decode(const Encoded& step);

  /// advance(), then decode().
  torch::Tensor forward(const torch::Tensor& input, GeneratorState& state,
                        StepTrace* trace = nullptr);

  const ModelConfig& config() const { return config_; }

  /// Starting weights for output: residual (ours, not the paper's): the untrained network is
  /// copy-last, and its first layer sees differences of neighbouring frames only.
  void start_still();
  /// Starting weights for output: motion: every answer is zero, which is the closed form.
  void start_silent();

 private:
  torch::Tensor clip_of(const torch::Tensor& input, GeneratorState& state) const;
  torch::Tensor decode_plainly(const Encoded& step);
  torch::Tensor decode_folded(const Encoded& step);

  ModelConfig config_;
  Encoder spatial_encoder{nullptr};
  Encoder temporal_encoder{nullptr};  // null with encoder: single
  torch::nn::Conv2d merge_temporal{nullptr};
  torch::nn::ModuleList cells;
  Decoder spatial_decoder{nullptr};
  Decoder temporal_decoder{nullptr};
  torch::nn::Conv2d join{nullptr};
};
TORCH_MODULE(Generator);

}  // namespace stip
