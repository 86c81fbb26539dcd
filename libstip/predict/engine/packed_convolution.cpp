#include "predict/engine/packed_convolution.h"

namespace stip::engine {

cpu::RowConvolution PackedConvolution::row(int first_segment) const {
  cpu::RowConvolution row;
  row.segments = segments - first_segment;
  row.depth = depth;
  row.panels = panels;
  row.weights = weights.data() + std::ptrdiff_t{first_segment} * depth * cpu::kPanel;
  row.panel_step = panel_step();
  row.bias = bias.data();
  return row;
}

PackedConvolution pack_convolution(int segments, int depth, int channels,
                                   const std::function<float(int, int, int)>& weight,
                                   const std::function<float(int)>& bias) {
  PackedConvolution packed;
  packed.segments = segments;
  packed.depth = depth;
  packed.panels = cpu::padded_channels(channels) / cpu::kPanel;
  packed.weights = Buffer(static_cast<std::size_t>(packed.panel_step() * packed.panels));
  packed.bias = Buffer(static_cast<std::size_t>(packed.panels * cpu::kPanel));
  for (int out = 0; out < channels; ++out) {
    packed.bias.data()[out] = bias(out);
    float* const panel = packed.weights.data() + out / cpu::kPanel * packed.panel_step();
    for (int s = 0; s < segments; ++s) {
      for (int k = 0; k < depth; ++k) {
        panel[(std::ptrdiff_t{s} * depth + k) * cpu::kPanel + out % cpu::kPanel] =
            weight(s, k, out);
      }
    }
  }
  return packed;
}

}  // namespace stip::engine
