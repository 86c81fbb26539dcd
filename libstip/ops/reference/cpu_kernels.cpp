#include "ops/reference/cpu_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace stip::cpu::reference {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double normalised(const GateSide& side, std::ptrdiff_t gate, std::ptrdiff_t norm) {
  return (double{side.gates[gate]} - side.mean) * side.inverse_deviation * side.weight[norm] +
         side.bias[norm];
}

// kFloats for each place between pixels or vectors.
template <int kFloats, typename Value>
void read_between(const GridReads<Value>& c) {
  const auto place = [&](float at, int size) {
    at = at * c.scale + c.shift;
    return at > 0 ? std::min(at, static_cast<float>(size - 1)) : 0.0f;
  };
  for (int i = 0; i < c.count; ++i) {
    const float x = place(c.x[i], c.width), y = place(c.y[i], c.height);
    const int left = static_cast<int>(x), top = static_cast<int>(y);
    const int right = std::min(left + 1, c.width - 1), bottom = std::min(top + 1, c.height - 1);
    const double part_x = double{x} - left, part_y = double{y} - top;
    for (int k = 0; k < kFloats; ++k) {
      const auto value = [&](int v, int u) {
        return static_cast<double>(c.values[(v * c.width + u) * kFloats + k]);
      };
      c.out[kFloats * i + k] = static_cast<float>(
          (1 - part_y) * ((1 - part_x) * value(top, left) + part_x * value(top, right)) +
          part_y * ((1 - part_x) * value(bottom, left) + part_x * value(bottom, right)));
    }
  }
}

}  // namespace

void convolve_row(const RowConvolution& c) {
  for (int x = 0; x < c.pixels; ++x) {
    for (int channel = 0; channel < c.panels * kPanel; ++channel) {
      const float* weights = c.weights + channel / kPanel * c.panel_step + channel % kPanel;
      double sum = c.bias != nullptr ? c.bias[channel] : 0;
      for (int s = 0; s < c.segments; ++s) {
        for (int k = 0; k < c.depth; ++k) {
          sum += double{c.source[s][x * c.source_step + k]} * weights[(s * c.depth + k) * kPanel];
        }
      }
      if (sum < 0) sum *= c.leak;
      if (c.recall != nullptr) {
        sum += double{c.recall_weight} * c.recall[x * c.recall_step + channel];
      }
      c.out[x * c.out_step + channel] = static_cast<float>(sum);
    }
  }
}

void convolve_5x5(const Convolution5x5& c) {
  constexpr int kKernel = 5, kEdge = 2;
  for (int y = 0; y < c.height; ++y) {
    for (int x = 0; x < c.width; ++x) {
      for (int to = 0; to < c.to; ++to) {
        double sum = c.bias[to];
        for (int ky = 0; ky < kKernel; ++ky) {
          for (int kx = 0; kx < kKernel; ++kx) {
            const int row = y + ky - kEdge, column = x + kx - kEdge;
            if (row < 0 || row >= c.height || column < 0 || column >= c.width) continue;
            const float* pixel = c.source + (std::ptrdiff_t{row} * c.width + column) * c.channels;
            for (int in = 0; in < c.channels; ++in) {
              const std::ptrdiff_t filter = std::ptrdiff_t{to} * c.channels + in;
              sum += double{pixel[in]} * c.weights[(filter * kKernel + ky) * kKernel + kx];
            }
          }
        }
        c.out[(std::ptrdiff_t{y} * c.width + x) * c.to + to] = static_cast<float>(sum);
      }
    }
  }
}

Sums sums(const float* values, std::ptrdiff_t count) {
  Sums total;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    total.sum += values[i];
    total.squares += double{values[i]} * values[i];
  }
  return total;
}

void gate_update(const GateUpdate& c) {
  const std::ptrdiff_t h = c.channels;
  for (int x = 0; x < c.pixels; ++x) {
    for (std::ptrdiff_t channel = 0; channel < h; ++channel) {
      const std::ptrdiff_t gate = x * 4 * h + channel, norm = x * c.norm_step + channel;
      double t[4], s[4];  // parts z, r, t, s
      for (int part = 0; part < 4; ++part) {
        t[part] = normalised(c.temporal_side, gate + part * h, norm + part * h);
        s[part] = normalised(c.spatial_side, gate + part * h, norm + part * h);
      }
      const double z = sigmoid(t[0] + s[0] + 1), r = sigmoid(t[1] + s[1]);
      float& temporal = c.temporal[x * h + channel];
      float& spatial = c.spatial[x * h + channel];
      temporal = static_cast<float>((1 - z) * std::tanh(t[2] + r * s[2]) + z * temporal);
      spatial = static_cast<float>((1 - z) * std::tanh(s[3] + r * t[3]) + z * spatial);
    }
  }
}

void patch_row(const PatchRow& c) {
  const int run = 3 * c.patch;
  for (int x = 0; x < c.cells; ++x) {
    for (int i = 0; i < run * c.patch; ++i) {
      const std::uint8_t byte = c.picture[i / run * c.stride + x * run + i % run];
      c.out[x * c.step + i] = static_cast<float>(byte) / 255.0f;
    }
  }
}

void unpatch_row(const UnpatchRow& c) {
  const int run = 3 * c.patch;
  for (int x = 0; x < c.count; ++x) {
    for (int i = 0; i < run * c.patch; ++i) {
      const float value = c.cells[x * c.step + i];
      const float clamped = value > 0 ? std::min(value, 1.0f) : 0.0f;
      c.out[i / run * c.stride + x * run + i % run] =
          static_cast<std::uint8_t>(std::nearbyint(clamped * 255.0f));
    }
  }
}

void read_pixels(const PixelReads& c) { read_between<4>(c); }

void read_bytes(const ByteReads& c) { read_between<4>(c); }

void read_vectors(const VectorReads& c) { read_between<2>(c); }

void lead_pixels(const PixelLeads& c) {
  std::vector<float> cells;  // [columns][2]: between the two rows
  for (int i = 0; i < 2 * c.columns; ++i) {
    cells.push_back(
        static_cast<float>((1 - double{c.part}) * c.upper[i] + double{c.part} * c.lower[i]));
  }
  for (int i = 0; i < c.count; ++i) {
    const float at = c.start + static_cast<float>(i * c.pitch), none = 0;
    float displacement[2];
    read_vectors({cells.data(), c.columns, 1, &at, &none, 0.25f, -0.375f, 1, displacement});
    c.x[i] = std::min(at, c.last) + displacement[0];
    c.y[i] = c.row + displacement[1];
  }
}

void mix_row(const MixRow& c) {
  for (int x = 0; x < c.width; ++x) {
    const double at = std::clamp((x + 0.5) / 2 - 0.5, 0.0, double(c.points - 1));
    const int low = static_cast<int>(at), high = std::min(low + 1, c.points - 1);
    const auto point = [&](const float* values, int k) {
      return values[4 * low + k] * (1 - (at - low)) + values[4 * high + k] * (at - low);
    };
    for (int k = 0; k < 4; ++k) {
      const double copy = double{c.copies[4 * x + k]};
      double sum = copy + point(c.ground, k) - copy * point(c.ground, 3);
      for (int i = 0; i < 4; ++i) {
        sum += point(c.weights, i) * (double{c.sources[i][4 * x + k]} - copy);
      }
      c.out[4 * x + k] = static_cast<float>(sum);
    }
  }
}

void sharpen_row(const SharpenRow& c) {
  const float* rows[] = {c.above, c.here, c.below};
  for (int x = 0; x < c.width; ++x) {
    const double at = (x + 0.5) / 4 + 0.5;  // among the amounts
    const int low = static_cast<int>(at);
    const double amount = c.amounts[low] * (low + 1 - at) + c.amounts[low + 1] * (at - low);
    for (int k = 0; k < 4; ++k) {
      double blurred = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int column = std::clamp(x + dx, 0, c.width - 1);
          blurred += (2 - dy * dy) * (2 - dx * dx) / 16.0 * double{rows[dy + 1][4 * column + k]};
        }
      }
      const double here = double{c.here[4 * x + k]};
      c.out[4 * x + k] = static_cast<float>(here + amount * (here - blurred));
    }
  }
}

void pack_pixels(const PackPixels& c) {
  for (int i = 0; i < c.count; ++i) {
    for (int k = 0; k < 3; ++k) {
      const float value = c.pixels[4 * i + k];
      const float clamped = value > 0 ? std::min(value, 255.0f) : 0.0f;
      c.out[3 * i + (c.swap ? 2 - k : k)] = static_cast<std::uint8_t>(std::nearbyint(clamped));
    }
  }
}

}  // namespace stip::cpu::reference
