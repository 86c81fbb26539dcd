#include "predict/engine/tile_weights.h"

#include "ops/cpu/kernels.h"

namespace stip::engine {
namespace {

constexpr int kPoints = 8;

// Winograd's G for F(4, 5): powers of the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity, each row
// scaled so that it fits the transforms in ops/cpu/tiles.h.
struct Transform {
  double g[kPoints][kTileKernel];
  Transform() {
    constexpr double kPoint[kPoints - 1] = {0, 1, -1, 2, -2, 0.5, -0.5};
    constexpr double kScale[kPoints - 1] = {1,        -2.0 / 9,  -2.0 / 9, 1.0 / 90,
                                            1.0 / 90, 32.0 / 45, 32.0 / 45};
    for (int i = 0; i + 1 < kPoints; ++i) {
      double power = kScale[i];
      for (int j = 0; j < kTileKernel; ++j, power *= kPoint[i]) g[i][j] = power;
    }
    for (int j = 0; j < kTileKernel; ++j) g[kPoints - 1][j] = j == kTileKernel - 1 ? 1 : 0;
  }
};

// In double: done once, and the error would stay in every frame.
void transform(const float* kernel, const Transform& t, double (&out)[cpu::kTilePoints]) {
  double half[kPoints][kTileKernel] = {};
  for (int i = 0; i < kPoints; ++i) {
    for (int y = 0; y < kTileKernel; ++y) {
      for (int x = 0; x < kTileKernel; ++x) half[i][x] += t.g[i][y] * kernel[y * kTileKernel + x];
    }
  }
  for (int i = 0; i < kPoints; ++i) {
    for (int j = 0; j < kPoints; ++j) {
      double sum = 0;
      for (int x = 0; x < kTileKernel; ++x) sum += half[i][x] * t.g[j][x];
      out[i * kPoints + j] = sum;
    }
  }
}

}  // namespace

Buffer pack_tiles(const std::vector<float>& weights, int from, int depth, int to) {
  static const Transform t;
  constexpr int kPanel = cpu::kPanel;
  const std::ptrdiff_t panel_step = std::ptrdiff_t{depth} * kPanel;
  const std::ptrdiff_t point_step = kTilePanels * panel_step;
  const std::ptrdiff_t group_step = cpu::kTilePoints * point_step;
  Buffer packed(static_cast<std::size_t>(to / (kPanel * kTilePanels) * group_step));
  for (int out = 0; out < to; ++out) {
    for (int in = 0; in < from; ++in) {
      double points[cpu::kTilePoints];
      transform(&weights[static_cast<std::size_t>((out * from + in) * kTileKernel * kTileKernel)],
                t, points);
      const int panel = out / kPanel;
      float* place = packed.data() + panel / kTilePanels * group_step +
                     panel % kTilePanels * panel_step + in * kPanel + out % kPanel;
      for (const double value : points) {
        *place = static_cast<float>(value);
        place += point_step;
      }
    }
  }
  return packed;
}

}  // namespace stip::engine
