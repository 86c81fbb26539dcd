#include "ops/reference/gpu_kernels.h"

#include <algorithm>
#include <cmath>

namespace stip::gpu::reference {
namespace {

double sum_at(const Convolution& c, int y, int x, int output) {
  double sum = c.bias[std::size_t(output)];
  std::size_t tap = 0;
  for (const Map* source : c.sources) {
    for (int row = 0; row < c.rows; ++row) {
      for (int column = 0; column < c.columns; ++column) {
        const int in_y = y * c.stride + c.top + row, in_x = x * c.stride + c.left + column;
        const bool inside = in_y >= 0 && in_y < source->height && in_x >= 0 && in_x < source->width;
        for (int channel = 0; channel < source->channels; ++channel, ++tap) {
          if (!inside) continue;
          sum += source->at(in_y, in_x, channel) *
                 c.weights[tap * std::size_t(c.outputs) + std::size_t(output)];
        }
      }
    }
  }
  return sum;
}

Map normalised(const Gates& gates) {
  double mean = 0, squares = 0;
  for (const double value : gates.values.values) mean += value;
  mean /= double(gates.values.values.size());
  for (const double value : gates.values.values) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / double(gates.values.values.size()) + 1e-5);
  Map result = gates.values;
  const std::size_t period = gates.weight.values.size();
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    result.values[i] = (result.values[i] - mean) / deviation * gates.weight.values[i % period] +
                       gates.bias.values[i % period];
  }
  return result;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

std::uint8_t to_byte(double value) {
  const double clamped = value > 0 ? std::min(value, 1.0) : 0.0;
  return static_cast<std::uint8_t>(std::nearbyint(clamped * 255));
}

}  // namespace

void convolve(const Convolution& c, Map& out) {
  for (int y = 0; y < c.out_height; ++y) {
    for (int x = 0; x < c.out_width; ++x) {
      for (int output = 0; output < c.outputs; ++output) {
        const int to_y = y * c.spread + c.shift_y, to_x = x * c.spread + c.shift_x;
        double value = sum_at(c, y, x, output);
        if (value < 0) value *= c.leak;
        if (c.recall != nullptr) value += c.recall_weight * c.recall->at(to_y, to_x, output);
        if (c.newest != nullptr) value += c.newest->at(to_y, to_x, output);
        out.at(to_y, to_x, output) = value;
      }
    }
  }
}

void update(const Gates& temporal_gates, const Gates& spatial_gates, Map& temporal, Map& spatial) {
  const Map t = normalised(temporal_gates), s = normalised(spatial_gates);
  const int h = temporal.channels;
  for (int y = 0; y < temporal.height; ++y) {
    for (int x = 0; x < temporal.width; ++x) {
      for (int c = 0; c < h; ++c) {
        const double z = sigmoid(t.at(y, x, c) + s.at(y, x, c) + 1);
        const double r = sigmoid(t.at(y, x, h + c) + s.at(y, x, h + c));
        const double temporal_trend = std::tanh(t.at(y, x, 2 * h + c) + r * s.at(y, x, 2 * h + c));
        const double spatial_trend = std::tanh(s.at(y, x, 3 * h + c) + r * t.at(y, x, 3 * h + c));
        temporal.at(y, x, c) = (1 - z) * temporal_trend + z * temporal.at(y, x, c);
        spatial.at(y, x, c) = (1 - z) * spatial_trend + z * spatial.at(y, x, c);
      }
    }
  }
}

Map patch_picture(const Bytes& picture, int patch, int grid_height, int grid_width) {
  Map patched(grid_height, grid_width, 3 * patch * patch);
  for (int y = 0; y < grid_height * patch; ++y) {
    for (int x = 0; x < grid_width * patch; ++x) {
      for (int c = 0; c < 3; ++c) {
        patched.at(y / patch, x / patch, (y % patch * patch + x % patch) * 3 + c) =
            picture.at(std::min(y, picture.height - 1), std::min(x, picture.width - 1), c) / 255.0;
      }
    }
  }
  return patched;
}

void unpatch_picture(const Map& patched, int patch, Bytes& picture) {
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int channel = (y % patch * patch + x % patch) * 3 + c;
        picture.at(y, x, c) = to_byte(patched.at(y / patch, x / patch, channel));
      }
    }
  }
}

std::array<std::uint8_t, 3> unpack_nv12(int y, int u, int v, bool bt709) {
  const double of_red = bt709 ? 0.2126 : 0.299, of_blue = bt709 ? 0.0722 : 0.114;
  const double luma = (y - 16) / 219.0;
  const double red = luma + 2 * (1 - of_red) * (v - 128) / 224.0;
  const double blue = luma + 2 * (1 - of_blue) * (u - 128) / 224.0;
  const double green = (luma - of_red * red - of_blue * blue) / (1 - of_red - of_blue);
  return {to_byte(blue), to_byte(green), to_byte(red)};
}

}  // namespace stip::gpu::reference
