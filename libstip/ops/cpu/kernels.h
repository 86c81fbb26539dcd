#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/cell_points.h"

namespace stip::cpu {

/// Kernels of the CPU engine. They know pictures as rows of pixels with their channels side by side
/// ([height][width][channels], float32), weights in panels of 16 output channels, and nothing of
/// networks. All are thread-safe, allocate nothing and throw nothing; what they may read or write
/// beyond the last value is stated.

/// Output channels come in panels of this many; channel counts are rounded up to it, with zeros.
constexpr int kPanel = 16;
constexpr int padded_channels(int channels) { return (channels + kPanel - 1) / kPanel * kPanel; }

/// One row of outputs of a convolution, as a sum of matrix products. A *segment* is a stretch of
/// `depth` neighbouring source values that one output reads: a row of the kernel (its columns'
/// channels lie side by side), or one of several sources. For output pixel x and channel c:
///
///   out[x*out_step + c] = act(bias[c] + sum over s, k of source[s][x*source_step + k] * w(s, k,
///   c))
///                         + recall_weight * recall[x*recall_step + c]
///
/// with w(s, k, c) = weights[(c/16)*panel_step + (s*depth + k)*16 + c%16] and act(v) = v > 0 ? v :
/// leak * v.
struct RowConvolution {
  int pixels = 0;
  int segments = 1;
  int depth = 0;
  int panels = 1;
  const float* const* source = nullptr;  ///< [segments]: where the first output's window begins
  std::ptrdiff_t source_step = 0;        ///< floats from one output's window to the next's
  const float* weights = nullptr;
  std::ptrdiff_t panel_step = 0;  ///< floats
  const float* bias = nullptr;    ///< [16 * panels]; null: zeros
  float leak = 1;                 ///< 0..1; 1: no activation
  const float* recall = nullptr;  ///< null: none
  std::ptrdiff_t recall_step = 0;
  float recall_weight = 0;
  float* out = nullptr;
  std::ptrdiff_t out_step = 0;  ///< at least 16 * panels
};

/// Winograd's F(4x4, 5x5): a tile of 4x4 outputs from 8x8 inputs by 64 products a channel pair in
/// place of 400. Tiles are numbered along rows; one call transforms tiles first..first+count-1.
constexpr int kTile = 4;
constexpr int kTilePoints = 64;

struct TileInput {
  const float* source = nullptr;  ///< the window of tile 0: 2 rows and columns before its outputs
  std::ptrdiff_t row_step = 0;    ///< floats
  int channels = 0;               ///< multiple of 16, also the pixels' distance
  int tiles_across = 0;
  int first = 0;
  int count = 0;
  float* out = nullptr;           ///< [64][...][channels]: tile first + i of point p at
  std::ptrdiff_t point_step = 0;  ///< out + p * point_step + i * channels
};

/// Sum and sum of squares of all values written (for the norm that follows).
struct Sums {
  double sum = 0;
  double squares = 0;
};

struct TileOutput {
  const float* products = nullptr;  ///< [64][count][channels]
  int channels = 0;                 ///< multiple of 16, of this call
  int tiles_across = 0;
  int first = 0;
  int count = 0;
  int height = 0;  ///< of the output, pixels: what tiles have beyond it is dropped
  int width = 0;
  const float* bias = nullptr;  ///< [channels]
  float* out = nullptr;         ///< pixel (0, 0)
  std::ptrdiff_t row_step = 0;
  std::ptrdiff_t pixel_step = 0;
};

/// One side (T or S) of an STGRU cell's gates, before its norm.
struct GateSide {
  const float* gates = nullptr;   ///< [pixels][4*channels], parts z, r, t, s
  const float* weight = nullptr;  ///< of the norm; as gates, or [4*channels] for all pixels
  const float* bias = nullptr;
  float mean = 0;
  float inverse_deviation = 1;
};

/// Normalises both sides' gates and updates both memories in place (eq. 5-7), for a row of pixels.
struct GateUpdate {
  int pixels = 0;
  int channels = 0;  ///< multiple of 16
  GateSide temporal_side;
  GateSide spatial_side;
  std::ptrdiff_t norm_step = 0;  ///< 4*channels, or 0: the same for every pixel
  float* temporal = nullptr;     ///< [pixels][channels]
  float* spatial = nullptr;
};

/// A row of grid cells from `patch` picture rows of three bytes a pixel: cell x becomes
/// out[x*step ..], channel (dy*patch + dx)*3 + colour, value / 255. Reads up to 7 bytes and writes
/// up to 7 floats beyond the last cell.
struct PatchRow {
  const std::uint8_t* picture = nullptr;
  std::ptrdiff_t stride = 0;  ///< bytes
  int patch = 1;
  int cells = 0;
  float* out = nullptr;
  std::ptrdiff_t step = 0;
};

/// The inverse, clamped and rounded to 8 bit (a half to the even neighbour, no number to 0); row dy
/// of the picture goes to out + dy * stride. Writes up to 7 bytes beyond each row.
struct UnpatchRow {
  const float* cells = nullptr;
  std::ptrdiff_t step = 0;
  int patch = 1;
  int count = 0;
  std::uint8_t* out = nullptr;
  std::ptrdiff_t stride = 0;
};

/// Values on a grid, between its places: out[count][..] is bilinear at place (x[i] * scale + shift,
/// y[i] * scale + shift), counted from the first one; beyond the edge the edge, and where that is
/// no number, 0.
template <typename Value>
struct GridReads {
  const Value* values = nullptr;  ///< [height][width][..]
  int width = 0;                  ///< at least 1
  int height = 0;
  const float* x = nullptr;
  const float* y = nullptr;
  float scale = 1;
  float shift = 0;
  int count = 0;
  float* out = nullptr;
};
using PixelReads = GridReads<float>;        ///< four a place
using ByteReads = GridReads<std::uint8_t>;  ///< four, in a quarter of the memory
using VectorReads = GridReads<float>;       ///< two

/// Where displacements lead from pixels of one row. The displacements are given a vector for each
/// cell of 4x4 pixels, at its centre: between centres bilinear, beyond them the nearest. For i in
/// 0..count-1, pixel at = start + i * pitch leads to x[i] = min(at, last) + its displacement's x,
/// y[i] = row + its y.
struct PixelLeads {
  const float* upper = nullptr;  ///< [columns][2]: the row of cells above the pixels' row
  const float* lower = nullptr;  ///< and the one below
  float part = 0;                ///< of the lower one
  int columns = 0;
  int first = 0;    ///< cell that holds the first pixel
  float start = 0;  ///< first pixel, 4 * first or up to a pitch more
  int pitch = 1;    ///< 1, 2 or 4
  float last = 0;
  float row = 0;
  int count = 0;  ///< at most kMostLeads
  float* x = nullptr;
  float* y = nullptr;
};
constexpr int kMostLeads = 256;

/// out = copy + ground + sum of weight_i * (source_i - copy) - copy * ground[3], for each of
/// `width` pixels of four floats. Weights and ground are given at `points` points, two pixels
/// apart, the first one half a pixel right of the first pixel: bilinear between them.
struct MixRow {
  const float* copies = nullptr;
  const float* sources[4] = {};
  const float* weights = nullptr;  ///< [points][4]
  const float* ground = nullptr;   ///< [points][4]
  int width = 0;
  int points = 0;
  float* out = nullptr;
};

/// out = here + amount * (here - blurred), blurred by [1 2 1] / 4 both ways, for each of `width`
/// pixels of four floats; the row's ends are replicated. Amounts are given for cells of four
/// pixels, the first one once more before it and the last one after it: bilinear between cells'
/// centres.
struct SharpenRow {
  const float* above = nullptr;
  const float* here = nullptr;
  const float* below = nullptr;
  const float* amounts = nullptr;  ///< [cells + 2]
  int width = 0;
  float* out = nullptr;
};

/// Pixels of four floats, 0..255, as three bytes each, clamped and rounded (a half to the even
/// neighbour, no number to 0); the first float comes first, or third if `swap`.
struct PackPixels {
  const float* pixels = nullptr;
  int count = 0;
  bool swap = false;
  std::uint8_t* out = nullptr;
};

/// For each of `count` cells the four weights w with (A + (ridge * trace of A + least) * 1) w = b,
/// cut off at low and high. A is symmetric and has no negative eigenvalue.
constexpr int kCellSums = 16;
struct SolveCells {
  const double* sums = nullptr;  ///< [count][16]: A's upper triangle by rows, b, two not read
  int count = 0;
  double ridge = 0;
  double least = 0;  ///< above 0
  float low = 0;
  float high = 1;
  float* out = nullptr;  ///< [count][4]
};

enum class Isa { kPlain, kAvx2, kAvx512 };

/// One instruction set's versions of all kernels; every one gives the same result up to rounding.
struct Kernels {
  const char* name;
  void (*convolve_row)(const RowConvolution&);
  void (*tile_input)(const TileInput&);
  Sums (*tile_output)(const TileOutput&);
  Sums (*sums)(const float* values, std::ptrdiff_t count);  ///< count a multiple of 16
  void (*gate_update)(const GateUpdate&);
  void (*patch_row)(const PatchRow&);
  void (*unpatch_row)(const UnpatchRow&);
  void (*read_pixels)(const PixelReads&);
  void (*read_bytes)(const ByteReads&);
  void (*read_vectors)(const VectorReads&);
  void (*lead_pixels)(const PixelLeads&);
  void (*mix_row)(const MixRow&);
  void (*sharpen_row)(const SharpenRow&);
  void (*pack_pixels)(const PackPixels&);
  void (*solve_cells)(const SolveCells&);
  /// Training's: points first..end-1 of a row.
  void (*update_cell)(const CellPoints<float>&, std::ptrdiff_t row, std::ptrdiff_t first,
                      std::ptrdiff_t end);
  void (*cell_gradient)(const CellGradient<float>&, std::ptrdiff_t row, std::ptrdiff_t first,
                        std::ptrdiff_t end);
};

/// The best that this machine runs; the environment variable STIP_CPU_ISA (plain, avx2, avx512)
/// asks for less. Chosen once.
const Kernels& kernels();

/// A certain version, null where the machine (or the build) cannot run it.
const Kernels* kernels_for(Isa isa);

}  // namespace stip::cpu
