#include "predict/engine/tile_weights.h"

#include <algorithm>

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

// Sixteen kernels, `step` floats apart, to their points [64][16]. In double: done once, and the
// error would stay in every frame.
void transform_panel(const float* kernels, std::ptrdiff_t step, const Transform& t,
                     float (&out)[cpu::kTilePoints][cpu::kPanel]) {
  for (int lane = 0; lane < cpu::kPanel; ++lane) {
    const float* kernel = kernels + lane * step;
    double half[kPoints][kTileKernel] = {};
    for (int i = 0; i < kPoints; ++i) {
      for (int y = 0; y < kTileKernel; ++y) {
        for (int x = 0; x < kTileKernel; ++x) {
          half[i][x] += t.g[i][y] * kernel[y * kTileKernel + x];
        }
      }
    }
    for (int i = 0; i < kPoints; ++i) {
      for (int j = 0; j < kPoints; ++j) {
        double sum = 0;
        for (int x = 0; x < kTileKernel; ++x) sum += half[i][x] * t.g[j][x];
        out[i * kPoints + j][lane] = static_cast<float>(sum);
      }
    }
  }
}

}  // namespace

Buffer pack_tiles(const std::vector<float>& weights, int from, int depth, int to) {
  static const Transform t;
  constexpr int kPanel = cpu::kPanel;
  constexpr std::ptrdiff_t kKernelSize = kTileKernel * kTileKernel;
  const std::ptrdiff_t panel_step = std::ptrdiff_t{depth} * kPanel;
  const std::ptrdiff_t point_step = kTilePanels * panel_step;
  const std::ptrdiff_t group_step = cpu::kTilePoints * point_step;
  Buffer packed(static_cast<std::size_t>(to / (kPanel * kTilePanels) * group_step));
  for (int panel = 0; panel < to / kPanel; ++panel) {
    float* const first =
        packed.data() + panel / kTilePanels * group_step + panel % kTilePanels * panel_step;
    for (int in = 0; in < from; ++in) {
      const std::ptrdiff_t kernel = std::ptrdiff_t{panel} * kPanel * from + in;
      float points[cpu::kTilePoints][kPanel];
      transform_panel(weights.data() + kernel * kKernelSize, from * kKernelSize, t, points);
      for (int point = 0; point < cpu::kTilePoints; ++point) {
        std::copy_n(points[point], kPanel, first + point * point_step + in * kPanel);
      }
    }
  }
  return packed;
}

}  // namespace stip::engine
