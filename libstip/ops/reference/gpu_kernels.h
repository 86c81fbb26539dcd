#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace stip::gpu::reference {

/// What the GPU's kernels (ops/cuda) compute, in plain loops and double precision, on the host: the
/// definition of right. Maps are [height][width][channels], packed.

struct Map {
  int height = 0;
  int width = 0;
  int channels = 0;
  std::vector<double> values;

  Map(int h, int w, int c)
      : height(h),
        width(w),
        channels(c),
        values(std::size_t(h) * std::size_t(w) * std::size_t(c)) {}
  double& at(int y, int x, int c) {
    return values[(std::size_t(y) * std::size_t(width) + std::size_t(x)) * std::size_t(channels) +
                  std::size_t(c)];
  }
  double at(int y, int x, int c) const { return const_cast<Map*>(this)->at(y, x, c); }
};

/// See cuda::Convolution, of which it has the numbers; weights [source][row][column][channel][out].
struct Convolution {
  std::vector<const Map*> sources;
  int rows = 1, columns = 1, top = 0, left = 0, stride = 1;
  std::vector<double> weights;
  std::vector<double> bias;
  int outputs = 0;
  int out_height = 0, out_width = 0;
  int spread = 1, shift_y = 0, shift_x = 0;
  double leak = 1;
  const Map* recall = nullptr;
  double recall_weight = 0;
  const Map* newest = nullptr;
};
void convolve(const Convolution& convolution, Map& out);

/// One side of a cell's gates, [pixels][4*hidden] in parts z, r, t, s, and its norm.
struct Gates {
  Map values{0, 0, 0};
  Map weight{0, 0, 0};  ///< as values, or one pixel for all
  Map bias{0, 0, 0};
};
/// Normalises over all values of a side and updates both memories in place (eq. 5-7).
void update(const Gates& temporal_gates, const Gates& spatial_gates, Map& temporal, Map& spatial);

/// A packed picture of three bytes a pixel.
struct Bytes {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> values;

  Bytes(int h, int w) : height(h), width(w), values(std::size_t(h) * std::size_t(w) * 3) {}
  std::uint8_t& at(int y, int x, int c) {
    return values[(std::size_t(y) * std::size_t(width) + std::size_t(x)) * 3 + std::size_t(c)];
  }
  std::uint8_t at(int y, int x, int c) const { return const_cast<Bytes*>(this)->at(y, x, c); }
};

/// Patches of a picture whose last column and row are repeated up to the grid's size, 0..1.
Map patch_picture(const Bytes& picture, int patch, int grid_height, int grid_width);
/// The inverse, clamped, rounded (a half to the even neighbour, no number to 0) and cropped.
void unpatch_picture(const Map& patched, int patch, Bytes& picture);

/// One pixel of NV12 (video range) as blue, green, red.
std::array<std::uint8_t, 3> unpack_nv12(int y, int u, int v, bool bt709);

}  // namespace stip::gpu::reference
