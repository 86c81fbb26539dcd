#include "ops/fused_cell.h"

#include <array>
#include <tuple>

#include "ops/cell_points_on.h"

namespace stip {
namespace {

constexpr double kEpsilon = 1e-5;  // torch's, of both norms

// One side's norm: over all values of a sample, with a weight for each place or each channel.
class GateNorm {
 public:
  GateNorm(const torch::Tensor& gates, const torch::Tensor& weight, const torch::Tensor& bias)
      : values_(gates.to(weight.scalar_type())), weight_(weight), bias_(bias) {
    // On a GPU torch's norm of channels refuses channels-last maps.
    if (!by_place() && values_.is_cuda()) values_ = values_.contiguous();
    std::tie(normalised_, mean_, inverse_deviation_) =
        by_place() ? at::native_layer_norm(values_, weight.sizes(), weight, bias, kEpsilon)
                   : at::native_group_norm(values_, weight, bias, batch(), channels(), places(), 1,
                                           kEpsilon);
  }

  const torch::Tensor& normalised() const { return normalised_; }

  // Of values, weight and bias.
  std::array<torch::Tensor, 3> gradients(const torch::Tensor& of_normalised) const {
    constexpr std::array<bool, 3> all = {true, true, true};
    const auto [of_values, of_weight, of_bias] =
        by_place()
            ? at::native_layer_norm_backward(of_normalised, values_, weight_.sizes(), mean_,
                                             inverse_deviation_, weight_, bias_, all)
            : at::native_group_norm_backward(of_normalised, values_, mean_, inverse_deviation_,
                                             weight_, batch(), channels(), places(), 1, all);
    return {of_values, of_weight, of_bias};
  }

 private:
  bool by_place() const { return weight_.dim() == 3; }
  int64_t batch() const { return values_.size(0); }
  int64_t channels() const { return values_.size(1); }
  int64_t places() const { return values_.size(2) * values_.size(3); }

  torch::Tensor values_, weight_, bias_;  // [B, 4h, H, W]
  torch::Tensor normalised_, mean_, inverse_deviation_;
};

// What a cell was given, ready to be run over: of one type, and of one order in memory, which is
// that of the normalised gates.
struct CellInputs {
  GateNorm norm_t, norm_s;
  torch::MemoryFormat layout;
  torch::Tensor gates_t, gates_s, temporal, spatial;

  // As FusedCell saves them.
  explicit CellInputs(const torch::autograd::variable_list& saved)
      : norm_t(saved[0], saved[1], saved[2]),
        norm_s(saved[3], saved[4], saved[5]),
        layout(norm_t.normalised().is_contiguous() ? torch::MemoryFormat::Contiguous
                                                   : torch::MemoryFormat::ChannelsLast),
        gates_t(norm_t.normalised().contiguous(layout)),
        gates_s(norm_s.normalised().contiguous(layout)),
        temporal(saved[6].to(gates_t.scalar_type()).contiguous(layout)),
        spatial(saved[7].to(gates_t.scalar_type()).contiguous(layout)) {}

  template <typename T>
  CellPoints<T> points() const {
    const int64_t h = temporal.size(1), places = temporal.size(2) * temporal.size(3);
    const bool by_sample = layout == torch::MemoryFormat::Contiguous;
    CellPoints<T> result;
    result.rows = by_sample ? temporal.size(0) : temporal.size(0) * places;
    result.inner = by_sample ? h * places : h;
    result.of_t = gates_t.data_ptr<T>();
    result.of_s = gates_s.data_ptr<T>();
    result.temporal = temporal.data_ptr<T>();
    result.spatial = spatial.data_ptr<T>();
    return result;
  }
};

class FusedCell : public torch::autograd::Function<FusedCell> {
 public:
  static torch::autograd::variable_list forward(
      torch::autograd::AutogradContext* context, const torch::Tensor& gates_t,
      const torch::Tensor& weight_t, const torch::Tensor& bias_t, const torch::Tensor& gates_s,
      const torch::Tensor& weight_s, const torch::Tensor& bias_s, const torch::Tensor& temporal,
      const torch::Tensor& spatial) {
    const torch::autograd::variable_list given = {gates_t,  weight_t, bias_t,   gates_s,
                                                  weight_s, bias_s,   temporal, spatial};
    context->save_for_backward(given);
    const CellInputs in(given);
    auto new_t = torch::empty_like(in.temporal), new_s = torch::empty_like(in.spatial);
    AT_DISPATCH_FLOATING_TYPES(in.temporal.scalar_type(), "fused_cell", [&] {
      auto points = in.points<scalar_t>();
      points.new_temporal = new_t.data_ptr<scalar_t>();
      points.new_spatial = new_s.data_ptr<scalar_t>();
      update_cells_on(new_t.device(), points);
    });
    return {new_t, new_s};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& given) {
    const auto saved = context->get_saved_variables();
    const CellInputs in(saved);
    const auto of_new_t = given[0].contiguous(in.layout), of_new_s = given[1].contiguous(in.layout);
    auto to_gates_t = torch::empty_like(in.gates_t), to_gates_s = torch::empty_like(in.gates_s);
    auto to_t = torch::empty_like(in.temporal), to_s = torch::empty_like(in.spatial);
    AT_DISPATCH_FLOATING_TYPES(in.temporal.scalar_type(), "fused_cell", [&] {
      CellGradient<scalar_t> gradient;
      gradient.points = in.points<scalar_t>();
      gradient.of_new_temporal = of_new_t.data_ptr<scalar_t>();
      gradient.of_new_spatial = of_new_s.data_ptr<scalar_t>();
      gradient.of_t = to_gates_t.data_ptr<scalar_t>();
      gradient.of_s = to_gates_s.data_ptr<scalar_t>();
      gradient.of_temporal = to_t.data_ptr<scalar_t>();
      gradient.of_spatial = to_s.data_ptr<scalar_t>();
      cell_gradients_on(to_t.device(), gradient);
    });
    const auto side_t = in.norm_t.gradients(to_gates_t), side_s = in.norm_s.gradients(to_gates_s);
    torch::autograd::variable_list wanted = {side_t[0], side_t[1], side_t[2], side_s[0],
                                             side_s[1], side_s[2], to_t,      to_s};
    for (size_t i = 0; i < wanted.size(); ++i) wanted[i] = wanted[i].to(saved[i].scalar_type());
    return wanted;
  }
};

}  // namespace

CellMemories fused_cell(const GatesBeforeNorm& temporal_gates, const GatesBeforeNorm& spatial_gates,
                        const torch::Tensor& temporal, const torch::Tensor& spatial) {
  const auto made = FusedCell::apply(temporal_gates.values, temporal_gates.weight,
                                     temporal_gates.bias, spatial_gates.values,
                                     spatial_gates.weight, spatial_gates.bias, temporal, spatial);
  return {made[0], made[1]};
}

}  // namespace stip
