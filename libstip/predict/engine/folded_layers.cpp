#include "predict/engine/folded_layers.h"

namespace stip::engine {
namespace {

constexpr std::array<const char*, 2> kDecoders = {"s", "t"};

}  // namespace

Layer read_layer(const NamedWeights& weights, const std::string& name) {
  return {weights(name + ".weight"), weights(name + ".bias")};
}

Layer read_decoder_level(const NamedWeights& weights, int decoder, int level) {
  const std::string branch = kDecoders[std::size_t(decoder)], number = std::to_string(level);
  return read_layer(weights, branch + "_decoders." + number + "." + branch + "_decoder" + number);
}

float at(const std::vector<float>& values, const std::array<int, 4>& sizes, int a, int b, int c,
         int d) {
  const auto index =
      ((std::size_t(a) * std::size_t(sizes[1]) + std::size_t(b)) * std::size_t(sizes[2]) +
       std::size_t(c)) *
          std::size_t(sizes[3]) +
      std::size_t(d);
  return values[index];
}

Joined fold_pointwise(const ModelConfig& c, const NamedWeights& weights) {
  const auto h = std::size_t(c.hidden), fc = std::size_t(c.frame_channels());
  const Layer join = read_layer(weights, "conv_last_sr");
  Joined joined;
  joined.bias.assign(join.bias.begin(), join.bias.end());
  for (std::size_t d = 0; d < 2; ++d) {
    const Layer output = read_layer(weights, std::string(kDecoders[d]) + "_srcnn.0");
    auto& folded = joined.weight[d];
    folded.assign(fc * h, 0);
    for (std::size_t out = 0; out < fc; ++out) {
      for (std::size_t middle = 0; middle < fc; ++middle) {
        const double factor = join.weight[out * 2 * fc + d * fc + middle];
        joined.bias[out] += factor * output.bias[middle];
        for (std::size_t in = 0; in < h; ++in) {
          folded[out * h + in] += factor * output.weight[middle * h + in];
        }
      }
    }
  }
  return joined;
}

FoldedOutput fold_output(const ModelConfig& c, const Joined& joined,
                         const std::array<Layer, 2>& last) {
  const auto h = std::size_t(c.hidden), fc = std::size_t(c.frame_channels());
  FoldedOutput folded;
  folded.bias = joined.bias;
  for (std::size_t d = 0; d < 2; ++d) {
    folded.weight[d].assign(h * fc * 9, 0);
    std::vector<double> sum(9);
    for (std::size_t out = 0; out < fc; ++out) {
      for (std::size_t middle = 0; middle < h; ++middle) {
        folded.bias[out] += joined.weight[d][out * h + middle] * last[d].bias[middle];
      }
      for (std::size_t in = 0; in < h; ++in) {
        sum.assign(9, 0);
        for (std::size_t middle = 0; middle < h; ++middle) {
          const double factor = joined.weight[d][out * h + middle];
          const float* kernel = &last[d].weight[(in * h + middle) * 9];
          for (std::size_t k = 0; k < 9; ++k) sum[k] += factor * kernel[k];
        }
        for (std::size_t k = 0; k < 9; ++k) {
          folded.weight[d][(in * fc + out) * 9 + k] = float(sum[k]);
        }
      }
    }
  }
  return folded;
}

// Multiply-adds of one output pixel, both ways.
bool folding_pays(const ModelConfig& c) {
  const double h = c.hidden, fc = c.frame_channels();
  return 2.25 * 2 * h * fc <= 2.25 * 2 * h * h + 2 * h * fc;
}

}  // namespace stip::engine
