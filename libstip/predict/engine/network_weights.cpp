#include "predict/engine/network_weights.h"

#include <exception>

#include "predict/engine/folded_layers.h"
#include "predict/engine/tile_weights.h"

namespace stip::engine {
namespace {

auto bias_of(const Layer& layer) {
  return [&layer](int out) { return layer.bias[static_cast<std::size_t>(out)]; };
}

// 1x1 from several sources of `from` channels each: segments.
PackedConvolution pack_pointwise(const Layer& layer, int segments, int from, int to, int depth) {
  return pack_convolution(
      segments, depth, to,
      [&](int s, int k, int out) {
        return k < from ? at(layer.weight, {to, segments, from, 1}, out, s, k, 0) : 0.0f;
      },
      bias_of(layer));
}

// [to, from, size, size], kernel rows as segments, kernel columns side by side in the depth.
PackedConvolution pack_square(const Layer& layer, int from, int to, int size, int padded) {
  return pack_convolution(
      size, size * padded, to,
      [&](int s, int k, int out) {
        const int column = k / padded, channel = k % padded;
        return channel < from ? at(layer.weight, {to, from, size, size}, out, channel, s, column)
                              : 0.0f;
      },
      bias_of(layer));
}

EncoderWeights pack_encoder(const ModelConfig& c, const NamedWeights& weights,
                            const std::string& branch) {
  const int h = c.hidden, fc = c.frame_channels();
  EncoderWeights encoder;
  const Layer input = read_layer(weights, branch + "_encoder3d.encoder3d_" + branch + "_conv-1");
  encoder.input = pack_convolution(
      c.clip, fc, h,
      [&](int s, int k, int out) {
        return at(input.weight, {h, fc, c.clip, 1}, out, k, s, 0);
      },
      bias_of(input));
  for (int i = 0; i < c.levels; ++i) {
    const std::string level = std::to_string(i);
    const Layer layer =
        read_layer(weights, branch + "_encoders." + level + ".encoder_" + branch + level);
    encoder.levels.push_back(pack_square(layer, h, h, 3, cpu::padded_channels(h)));
  }
  return encoder;
}

// Output channel o of part p moves to place p * padded + o.
GateWeights pack_gates(const ModelConfig& c, const Layer& conv, const Layer& norm) {
  const int h = c.hidden, padded = cpu::padded_channels(h), k = c.kernel;
  // The checkpoint's channel of a padded place, or -1.
  const auto source = [&](int place) {
    return place % padded < h ? place / padded * h + place % padded : -1;
  };
  Layer spread;
  const auto filter = std::size_t(h) * std::size_t(k) * std::size_t(k);
  spread.weight.resize(std::size_t(4 * padded) * filter);
  spread.bias.resize(std::size_t(4 * padded));
  for (int place = 0; place < 4 * padded; ++place) {
    if (source(place) < 0) continue;
    const auto from = std::size_t(source(place));
    std::copy_n(conv.weight.begin() + std::ptrdiff_t(from * filter), filter,
                spread.weight.begin() + std::ptrdiff_t(std::size_t(place) * filter));
    spread.bias[std::size_t(place)] = conv.bias[from];
  }
  GateWeights gates;
  if (k == kTileKernel) {
    gates.tiles = pack_tiles(spread.weight, h, padded, 4 * padded);
  } else {
    gates.direct = pack_square(spread, h, 4 * padded, k, padded);
  }
  gates.bias = Buffer(std::size_t(4 * padded));
  std::copy(spread.bias.begin(), spread.bias.end(), gates.bias.data());
  const std::size_t pixels = norm.weight.size() / std::size_t(4 * h);  // 1 where norm: channel
  gates.norm_weight = Buffer(pixels * std::size_t(4 * padded));
  gates.norm_bias = Buffer(pixels * std::size_t(4 * padded));
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    for (int place = 0; place < 4 * padded; ++place) {
      if (source(place) < 0) continue;
      const std::size_t from = std::size_t(source(place)) * pixels + pixel;
      const std::size_t to = pixel * std::size_t(4 * padded) + std::size_t(place);
      gates.norm_weight.data()[to] = norm.weight[from];
      gates.norm_bias.data()[to] = norm.bias[from];
    }
  }
  return gates;
}

// weight(source, channel_in, out, ky, kx): `sources` inputs of `padded` channels each.
template <typename Weight, typename Bias>
DeconvolutionWeights pack_deconvolution(int sources, int from, int padded, int to,
                                        const Weight& weight, const Bias& bias) {
  DeconvolutionWeights phases;
  for (int py = 0; py < 2; ++py) {
    for (int px = 0; px < 2; ++px) {
      const int rows = 1 + py, columns = 1 + px;
      phases[std::size_t(2 * py + px)] = pack_convolution(
          sources * rows, columns * padded, to,
          [&](int s, int k, int out) {
            const int channel = k % padded;
            if (channel >= from) return 0.0f;
            return weight(s / rows, channel, out, kernel_index(py, s % rows),
                          kernel_index(px, k / padded));
          },
          bias);
    }
  }
  return phases;
}

DeconvolutionWeights pack_level(const Layer& layer, int h) {
  return pack_deconvolution(
      1, h, cpu::padded_channels(h), h,
      [&](int, int in, int out, int ky, int kx) {
        return at(layer.weight, {h, h, 3, 3}, in, out, ky, kx);
      },
      bias_of(layer));
}

OutputWeights fold_all(const ModelConfig& c, const Joined& joined,
                       const std::array<Layer, 2>& last) {
  const FoldedOutput folded = fold_output(c, joined, last);
  OutputWeights output;
  output.whole = pack_deconvolution(
      2, c.hidden, cpu::padded_channels(c.hidden), c.frame_channels(),
      [&](int source, int in, int out, int ky, int kx) {
        return at(folded.weight[std::size_t(source)], {c.hidden, c.frame_channels(), 3, 3}, in, out,
                  ky, kx);
      },
      [&](int out) { return float(folded.bias[std::size_t(out)]); });
  return output;
}

OutputWeights keep_last_levels(const ModelConfig& c, const Joined& joined,
                               const std::array<Layer, 2>& last) {
  OutputWeights output;
  output.folded = false;
  for (std::size_t d = 0; d < 2; ++d) output.last[d] = pack_level(last[d], c.hidden);
  output.joined = pack_convolution(
      2, cpu::padded_channels(c.hidden), c.frame_channels(),
      [&](int s, int k, int out) {
        if (k >= c.hidden) return 0.0f;
        return float(joined.weight[std::size_t(s)][std::size_t(out * c.hidden + k)]);
      },
      [&](int out) { return float(joined.bias[std::size_t(out)]); });
  return output;
}

OutputWeights pack_output(const ModelConfig& c, const NamedWeights& weights) {
  const Joined joined = fold_pointwise(c, weights);
  const std::array<Layer, 2> last = {read_decoder_level(weights, 0, c.levels - 1),
                                     read_decoder_level(weights, 1, c.levels - 1)};
  return folding_pays(c) ? fold_all(c, joined, last) : keep_last_levels(c, joined, last);
}

// Most of a network's weights, and most of the time it takes to load one. Files are read by one
// thread; tasks of a pool must not throw, so what they run into is kept.
std::vector<CellWeights> pack_cells(const ModelConfig& config, const NamedWeights& weights,
                                    ThreadPool& pool) {
  std::vector<CellWeights> cells(static_cast<std::size_t>(config.layers));
  for (std::size_t l = 0; l < cells.size(); ++l) {
    const std::string name = "cell_list." + std::to_string(l) + ".conv_";
    std::array<Layer, 2> conv, norm;
    for (std::size_t side = 0; side < 2; ++side) {
      const std::string branch = side == 0 ? "t" : "s";
      conv[side] = read_layer(weights, name + branch + ".0");
      norm[side] = read_layer(weights, name + branch + ".1");
    }
    std::array<std::exception_ptr, 2> failures;
    pool.run(2, [&](int task, int) {
      const auto side = static_cast<std::size_t>(task);
      try {
        GateWeights& gates = side == 0 ? cells[l].temporal : cells[l].spatial;
        gates = pack_gates(config, conv[side], norm[side]);
      } catch (...) {
        failures[side] = std::current_exception();
      }
    });
    for (const std::exception_ptr& failure : failures) {
      if (failure != nullptr) std::rethrow_exception(failure);
    }
  }
  return cells;
}

}  // namespace

NetworkWeights make_network_weights(const ModelConfig& config, const NamedWeights& weights,
                                    ThreadPool& pool) {
  const int h = config.hidden;
  NetworkWeights network;
  network.config = config;
  network.channels = cpu::padded_channels(h);
  network.frame_channels = cpu::padded_channels(config.frame_channels());
  network.encoders.push_back(pack_encoder(config, weights, "s"));
  if (config.encoder == EncoderKind::kSpatiotemporal) {
    network.encoders.push_back(pack_encoder(config, weights, "t"));
  }
  network.merge = pack_pointwise(read_layer(weights, "merge_t"), 2, h, h, network.channels);
  for (int d = 0; d < 2; ++d) {
    for (int level = 0; level + 1 < config.levels; ++level) {
      network.decoders[std::size_t(d)].push_back(
          pack_level(read_decoder_level(weights, d, level), h));
    }
  }
  network.output = pack_output(config, weights);
  network.cells = pack_cells(config, weights, pool);
  return network;
}

}  // namespace stip::engine
