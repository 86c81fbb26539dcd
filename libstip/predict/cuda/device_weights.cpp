#include "predict/cuda/device_weights.h"

#include "predict/engine/folded_layers.h"

namespace stip::cuda {
namespace {

using engine::Joined;
using engine::kernel_index;
using engine::Layer;

// How a layer's weights are laid out: true numbers of channels, which the device's are padded from.
struct Box {
  int sources = 1;
  int rows = 1;
  int columns = 1;
  int channels = 0;
  int outputs = 0;
};

template <typename T>
class Packer {
 public:
  explicit Packer(const ModelConfig& config) : c_(config) {}

  // weight(source, row, column, channel, output) of the box, behind what is there already.
  template <typename Weight>
  void pack(const Box& box, const Weight& weight, std::vector<T>& to) const {
    const int channels = padded(box.channels), outputs = padded(box.outputs);
    std::size_t place = to.size();
    to.resize(place + std::size_t(box.sources) * std::size_t(box.rows * box.columns) *
                          std::size_t(channels) * std::size_t(outputs));
    for (int s = 0; s < box.sources; ++s) {
      for (int row = 0; row < box.rows; ++row) {
        for (int column = 0; column < box.columns; ++column) {
          for (int in = 0; in < channels; ++in, place += std::size_t(outputs)) {
            if (in >= box.channels) continue;
            for (int out = 0; out < box.outputs; ++out) {
              to[place + std::size_t(out)] = from_float<T>(weight(s, row, column, in, out));
            }
          }
        }
      }
    }
  }

  template <typename Values>
  DeviceArray<float> bias(const Values& values) const {
    std::vector<float> all(values.begin(), values.end());
    all.resize(std::size_t(padded(int(all.size()))));
    return uploaded(all, stream_);
  }

  template <typename Weight, typename Bias>
  DeviceLayer<T> layer(const Box& box, const Weight& weight, const Bias& bias_values) const {
    std::vector<T> values;
    pack(box, weight, values);
    return {uploaded(values, stream_), bias(bias_values), {}};
  }

  // A transposed convolution as four dense ones; weight(source, channel, output, row, column).
  template <typename Weight, typename Bias>
  DeviceLayer<T> phases(int sources, int channels, int outputs, const Weight& weight,
                        const Bias& bias_values) const {
    DeviceLayer<T> layer;
    std::vector<T> values;
    for (int phase = 0; phase < 4; ++phase) {
      const int py = phase / 2, px = phase % 2;
      layer.phase[phase] = std::ptrdiff_t(values.size());
      pack(
          {sources, 1 + py, 1 + px, channels, outputs},
          [&](int s, int row, int column, int in, int out) {
            return weight(s, in, out, kernel_index(py, row), kernel_index(px, column));
          },
          values);
    }
    layer.weights = uploaded(values, stream_);
    layer.bias = bias(bias_values);
    return layer;
  }

  DeviceLayer<T> level(const Layer& level) const {
    const int h = c_.hidden;
    return phases(
        1, h, h,
        [&](int, int in, int out, int row, int column) {
          return engine::at(level.weight, {h, h, 3, 3}, in, out, row, column);
        },
        level.bias);
  }

  const DeviceStream& stream() const { return stream_; }

 private:
  const ModelConfig& c_;
  DeviceStream stream_;
};

std::vector<const char*> branches(const ModelConfig& c) {
  if (c.encoder == EncoderKind::kSingle) return {"s"};
  return {"s", "t"};
}

// Both encoders' first convolutions read the same frames: one product.
template <typename T>
void pack_encoders(const Packer<T>& packer, const engine::NamedWeights& weights,
                   DeviceWeights<T>& network) {
  const ModelConfig& c = network.config;
  const int h = c.hidden, fc = c.frame_channels(), wide = network.channels;
  std::vector<Layer> inputs;
  for (const std::string branch : branches(c)) {
    inputs.push_back(
        engine::read_layer(weights, branch + "_encoder3d.encoder3d_" + branch + "_conv-1"));
    for (int i = 0; i < c.levels; ++i) {
      const std::string level = std::to_string(i);
      const Layer layer =
          engine::read_layer(weights, branch + "_encoders." + level + ".encoder_" + branch + level);
      network.levels.push_back(packer.layer(
          {1, 3, 3, h, h},
          [&](int, int row, int column, int in, int out) {
            return engine::at(layer.weight, {h, h, 3, 3}, out, in, row, column);
          },
          layer.bias));
    }
  }
  network.encoders = int(inputs.size());
  std::vector<float> bias(std::size_t(network.encoders * wide));
  for (std::size_t e = 0; e < inputs.size(); ++e) {
    std::copy(inputs[e].bias.begin(), inputs[e].bias.end(),
              bias.begin() + std::ptrdiff_t(e) * wide);
  }
  network.input = packer.layer(
      {c.clip, 1, 1, fc, network.encoders * wide},
      [&](int frame, int, int, int in, int out) {
        if (out % wide >= h) return 0.0f;
        return engine::at(inputs[std::size_t(out / wide)].weight, {h, fc, c.clip, 1}, out % wide,
                          in, frame, 0);
      },
      bias);
}

template <typename T>
DeviceGates<T> pack_gates(const Packer<T>& packer, const engine::NamedWeights& weights,
                          const DeviceWeights<T>& network, const std::string& side) {
  const ModelConfig& c = network.config;
  const int h = c.hidden, wide = network.channels, k = c.kernel;
  std::vector<T> all;
  std::vector<float> bias, norm_weight, norm_bias;
  for (int l = 0; l < c.layers; ++l) {
    const std::string name = "cell_list." + std::to_string(l) + ".conv_" + side;
    const Layer conv = engine::read_layer(weights, name + ".0");
    const Layer norm = engine::read_layer(weights, name + ".1");
    // The checkpoint's channel of a padded place, or -1.
    const auto source = [&](int place) {
      return place % wide < h ? place / wide * h + place % wide : -1;
    };
    packer.pack(
        {1, k, k, h, 4 * wide},
        [&](int, int row, int column, int in, int place) {
          if (source(place) < 0) return 0.0f;
          return engine::at(conv.weight, {4 * h, h, k, k}, source(place), in, row, column);
        },
        all);
    const std::size_t pixels = norm.weight.size() / std::size_t(4 * h);  // 1 where norm: channel
    for (int place = 0; place < 4 * wide; ++place) {
      bias.push_back(source(place) < 0 ? 0.0f : conv.bias[std::size_t(source(place))]);
    }
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      for (int place = 0; place < 4 * wide; ++place) {
        const bool is = source(place) >= 0;
        const std::size_t from = is ? std::size_t(source(place)) * pixels + pixel : 0;
        norm_weight.push_back(is ? norm.weight[from] : 0.0f);
        norm_bias.push_back(is ? norm.bias[from] : 0.0f);
      }
    }
  }
  const DeviceStream& stream = packer.stream();
  return {uploaded(all, stream), uploaded(bias, stream), uploaded(norm_weight, stream),
          uploaded(norm_bias, stream)};
}

template <typename T>
void pack_output(const Packer<T>& packer, const engine::NamedWeights& weights,
                 DeviceWeights<T>& network) {
  const ModelConfig& c = network.config;
  const int h = c.hidden, fc = c.frame_channels();
  const Joined joined = engine::fold_pointwise(c, weights);
  const std::array<Layer, 2> last = {engine::read_decoder_level(weights, 0, c.levels - 1),
                                     engine::read_decoder_level(weights, 1, c.levels - 1)};
  network.folded = engine::folding_pays(c);
  if (network.folded) {
    const engine::FoldedOutput output = engine::fold_output(c, joined, last);
    network.whole = packer.phases(
        2, h, fc,
        [&](int source, int in, int out, int row, int column) {
          return engine::at(output.weight[std::size_t(source)], {h, fc, 3, 3}, in, out, row,
                            column);
        },
        output.bias);
    return;
  }
  for (std::size_t d = 0; d < 2; ++d) network.last[d] = packer.level(last[d]);
  network.joined = packer.layer(
      {2, 1, 1, h, fc},
      [&](int source, int, int, int in, int out) {
        return float(joined.weight[std::size_t(source)][std::size_t(out * h + in)]);
      },
      joined.bias);
}

}  // namespace

template <typename T>
DeviceWeights<T> make_device_weights(const ModelConfig& config,
                                     const engine::NamedWeights& weights) {
  DeviceWeights<T> network;
  network.config = config;
  network.channels = padded(config.hidden);
  network.frame_channels = padded(config.frame_channels());
  const Packer<T> packer(network.config);
  pack_encoders(packer, weights, network);
  const int h = config.hidden;
  const Layer merge = engine::read_layer(weights, "merge_t");
  network.merge = packer.layer(
      {2, 1, 1, h, h},
      [&](int source, int, int, int in, int out) {
        return engine::at(merge.weight, {h, 2, h, 1}, out, source, in, 0);
      },
      merge.bias);
  for (int d = 0; d < 2; ++d) {
    for (int level = 0; level + 1 < config.levels; ++level) {
      network.decoders[std::size_t(d)].push_back(
          packer.level(engine::read_decoder_level(weights, d, level)));
    }
  }
  pack_output(packer, weights, network);
  network.temporal = pack_gates(packer, weights, network, "t");
  network.spatial = pack_gates(packer, weights, network, "s");
  return network;
}

template DeviceWeights<float> make_device_weights<float>(const ModelConfig&,
                                                         const engine::NamedWeights&);
template DeviceWeights<Half> make_device_weights<Half>(const ModelConfig&,
                                                       const engine::NamedWeights&);
template DeviceWeights<Bfloat16> make_device_weights<Bfloat16>(const ModelConfig&,
                                                               const engine::NamedWeights&);

}  // namespace stip::cuda
