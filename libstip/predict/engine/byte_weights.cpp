#include "predict/engine/byte_weights.h"

#include <cmath>

#include "predict/engine/dense_tensors.h"
#include "stip/error.h"

namespace stip::engine {
namespace {

constexpr int kMostWeight = 127;

const float* weight_at(const PackedConvolution& from, int segment, int k, int channel) {
  return from.weights.data() + channel / cpu::kPanel * from.panel_step() +
         (std::ptrdiff_t{segment} * from.depth + k) * cpu::kPanel + channel % cpu::kPanel;
}

// One output channel's weights, and of each segment what its source's zero adds to the sum.
struct QuantisedChannel {
  double scale = 0;
  std::vector<double> zero_sums;
};

QuantisedChannel quantise_channel(const PackedConvolution& from,
                                  const std::vector<const ByteScales*>& sources, int channel,
                                  ByteConvolutionWeights& to) {
  // A weight in units of its source's bytes: pixels of the source lie side by side in the depth.
  const auto exact = [&](int s, int k) {
    const std::vector<float>& scale = sources[std::size_t(s)]->scale;
    return double{*weight_at(from, s, k, channel)} * scale[std::size_t(k) % scale.size()];
  };
  double largest = 0;
  for (int s = 0; s < from.segments; ++s) {
    for (int k = 0; k < from.depth; ++k) largest = std::max(largest, std::abs(exact(s, k)));
  }
  QuantisedChannel quantised;
  quantised.scale = std::max(largest, 1e-30) / kMostWeight;
  std::int8_t* const panel = to.weights.data() + channel / cpu::kPanel * to.row().panel_step +
                             channel % cpu::kPanel * cpu::kQuad;
  for (int s = 0; s < from.segments; ++s) {
    const std::vector<float>& zero = sources[std::size_t(s)]->zero;
    double sum = 0;
    for (int k = 0; k < from.depth; ++k) {
      const long weight = std::lround(exact(s, k) / quantised.scale);
      const int place = s * to.depth + k;
      panel[place / cpu::kQuad * cpu::kQuad * cpu::kPanel + place % cpu::kQuad] =
          static_cast<std::int8_t>(weight);
      sum += static_cast<double>(weight) * zero[std::size_t(k) % zero.size()];
    }
    quantised.zero_sums.push_back(sum);
  }
  return quantised;
}

class Maker {
 public:
  Maker(const NetworkWeights& weights, const ActivationRanges& ranges)
      : from_(weights), tensors_(weights.config), ranges_(ranges) {}

  ByteWeights make() {
    ByteWeights to;
    to.frame = scales_of(tensors_.frame(), from_.frame_channels);
    for (std::size_t e = 0; e < from_.encoders.size(); ++e) {
      to.encoders.push_back(make_encoder(to.frame, e));
    }
    for (std::size_t d = 0; d < 2; ++d) to.decoders[d] = make_decoder(to, d);
    make_output(to);
    return to;
  }

 private:
  ByteScales scales_of(int tensor, int channels) const {
    const auto found = ranges_.find(tensors_.name(tensor));
    if (found == ranges_.end()) {
      throw Error(ErrorCode::kInvalidArgument, "the model's calibration says nothing of " +
                                                   tensors_.name(tensor) +
                                                   "; make it anew with stip-train calibrate");
    }
    return byte_scales(found->second, channels);
  }
  ByteScales scales_of(int tensor) const { return scales_of(tensor, from_.channels); }

  ByteEncoderWeights make_encoder(const ByteScales& frame, std::size_t e) const {
    const EncoderWeights& from = from_.encoders[e];
    const int levels = from_.config.levels;
    ByteEncoderWeights to;
    for (int stage = 0; stage < levels; ++stage) {
      to.scales.push_back(scales_of(tensors_.encoder(e, stage)));
    }
    to.input = one_source(from.input, frame, &to.scales[0]);
    for (std::size_t i = 0; i < std::size_t(levels); ++i) {
      to.levels.push_back(i + 1 < std::size_t(levels)
                              ? one_source(from.levels[i], to.scales[i], &to.scales[i + 1])
                              : one_source(from.levels[i], to.scales[i], nullptr));
    }
    return to;
  }

  ByteDecoderWeights make_decoder(const ByteWeights& network, std::size_t d) const {
    const std::size_t levels = from_.decoders[d].size();
    const ByteEncoderWeights& recalled =
        d == 0 ? network.encoders.front() : network.encoders.back();
    ByteDecoderWeights to;
    // What follows the last level is written as bytes only where the output is not folded.
    const int stages = from_.config.levels + (from_.output.folded ? 0 : 1);
    for (int stage = 0; stage < stages; ++stage) {
      to.scales.push_back(scales_of(tensors_.decoder(d, stage)));
    }
    for (std::size_t i = 0; i < levels; ++i) {
      const ByteScales& out = to.scales[i + 1];
      to.levels.push_back(deconvolution(from_.decoders[d][i], to.scales[i], out));
      const ByteScales& recall = recalled.scales[levels - i];
      std::vector<float> weights, zeros;
      for (std::size_t c = 0; c < out.scale.size(); ++c) {
        weights.push_back(static_cast<float>(from_.config.recall) * recall.scale[c] *
                          out.inverse[c]);
        zeros.push_back(out.zero[c] - weights.back() * recall.zero[c]);
      }
      to.recall_weights.push_back(std::move(weights));
      to.out_zeros.push_back(std::move(zeros));
    }
    return to;
  }

  void make_output(ByteWeights& to) const {
    const std::size_t last = std::size_t(from_.config.levels) - 1;
    const ByteScales* const in[2] = {&to.decoders[0].scales[last], &to.decoders[1].scales[last]};
    const OutputWeights& from = from_.output;
    if (from.folded) {
      for (std::size_t phase = 0; phase < 4; ++phase) {
        const std::size_t rows = 1 + phase / 2;
        std::vector<const ByteScales*> sources(rows, in[0]);
        sources.resize(2 * rows, in[1]);
        to.whole[phase] = quantise_convolution(from.whole[phase], sources, nullptr);
      }
      return;
    }
    std::vector<const ByteScales*> sources;
    for (std::size_t d = 0; d < 2; ++d) {
      sources.push_back(&to.decoders[d].scales[last + 1]);
      to.last[d] = deconvolution(from.last[d], *in[d], *sources[d]);
    }
    to.joined = quantise_convolution(from.joined, sources, nullptr);
  }

  static ByteConvolutionWeights one_source(const PackedConvolution& from, const ByteScales& source,
                                           const ByteScales* out) {
    return quantise_convolution(
        from, std::vector<const ByteScales*>(std::size_t(from.segments), &source), out);
  }

  static ByteDeconvolutionWeights deconvolution(const DeconvolutionWeights& from,
                                                const ByteScales& source, const ByteScales& out) {
    ByteDeconvolutionWeights to;
    for (std::size_t phase = 0; phase < 4; ++phase) {
      to[phase] = one_source(from[phase], source, &out);
    }
    return to;
  }

  const NetworkWeights& from_;
  DenseTensors tensors_;
  const ActivationRanges& ranges_;
};

}  // namespace

cpu::ByteConvolution ByteConvolutionWeights::row(int first_segment) const {
  cpu::ByteConvolution row;
  row.segments = segments - first_segment;
  row.depth = depth;
  row.panels = panels;
  row.weights = weights.data() + std::ptrdiff_t{first_segment} * depth * cpu::kPanel;
  row.panel_step = std::ptrdiff_t{segments} * depth * cpu::kPanel;
  row.scale = scale.data();
  if (!bias.empty()) row.bias = bias[std::size_t(first_segment)].data();
  return row;
}

ByteConvolutionWeights quantise_convolution(const PackedConvolution& from,
                                            const std::vector<const ByteScales*>& sources,
                                            const ByteScales* out) {
  const auto channels = std::size_t(from.panels * cpu::kPanel);
  ByteConvolutionWeights to;
  to.segments = from.segments;
  to.depth = cpu::padded_depth(from.depth);
  to.panels = from.panels;
  to.weights.resize(std::size_t(to.segments * to.depth) * channels);
  to.scale = Buffer(channels);
  for (int s = 0; s < from.segments; ++s) to.bias.emplace_back(channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const double unit = out != nullptr ? double{out->scale[channel]} : 1;
    const QuantisedChannel quantised = quantise_channel(from, sources, int(channel), to);
    to.scale.data()[channel] = float(quantised.scale / unit);
    double zeros = 0;
    for (int s = from.segments - 1; s >= 0; --s) {
      zeros += quantised.zero_sums[std::size_t(s)];
      to.bias[std::size_t(s)].data()[channel] =
          float((double{from.bias.data()[channel]} - zeros * quantised.scale) / unit);
    }
  }
  return to;
}

ByteWeights make_byte_weights(const NetworkWeights& weights, const ActivationRanges& ranges) {
  return Maker(weights, ranges).make();
}

}  // namespace stip::engine
