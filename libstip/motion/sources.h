#pragma once

#include "motion/cell_field.h"
#include "motion/float_picture.h"

namespace stip {

/// Pictures that a prediction is mixed from; what is mixed is each one's difference to the base
/// frame at the same place, which is what copying predicts. The first four have weights in closed
/// form (the blend of motion/evidence.h, with cheaper blurs), the others only what a network gives.
enum MotionSource {
  kMoved,         ///< the base frame, settled (Displacements)
  kMovedBlurred,  ///< its half-size picture, settled
  kStillBlurred,  ///< its half-size picture where it is
  kAligned,     ///< the frame before it after make_history(), along the flow: other noise, and less
  kMovedFaint,  ///< its quarter-size picture, settled
  kStillFaint,  ///< its quarter-size picture where it is
  kMovedPrevious,  ///< the frame before it, settled
  kAccelerated,    ///< the base frame, accelerated
  kMotionSources
};
static_assert(kAligned + 1 == kCandidates);

/// A frame with its smaller copies.
struct SmoothedPicture {
  FloatPicture whole;
  std::vector<std::uint8_t> bytes;  ///< the same, four a pixel
  FloatPicture half;     ///< 2x2 means, blurred by [1 4 6 4 1]/16: about sigma 2.2 of its pixels
  FloatPicture quarter;  ///< the same again: about sigma 4.7
};

/// Fills in the others from `whole`, whose values must be whole numbers from 0 to 255.
void smooth(SmoothedPicture* picture, ThreadPool& pool);

/// Where the sources are read. Borrowed.
struct SourcePictures {
  const SmoothedPicture* base = nullptr;
  const SmoothedPicture* previous = nullptr;  ///< the frame before the base frame
  const FloatPicture* history = nullptr;      ///< make_history() of that frame; null: it itself
  const CellField* flow = nullptr;            ///< of the base frame to it
};

/// Pixels x = first, first + step, ... (`count` of them) of row y; beyond the picture's edge stands
/// its last pixel.
struct PixelRow {
  int y = 0;
  int first = 0;
  int step = 1;
  int count = 0;
};

/// Which sources: a bit for each.
using SourceSet = unsigned;
constexpr SourceSet source_bit(MotionSource source) { return 1u << source; }
constexpr SourceSet kAllSources = (1u << kMotionSources) - 1;
constexpr SourceSet kClosedFormSources = (1u << kCandidates) - 1;
/// Those whose values are the same at every horizon: read without displacements, which may be
/// empty.
constexpr SourceSet kUnmovedSources =
    source_bit(kStillBlurred) | source_bit(kAligned) | source_bit(kStillFaint);
/// Those without detail: read at every second pixel, what is between is interpolated.
constexpr SourceSet kSmoothSources = source_bit(kMovedBlurred) | source_bit(kStillBlurred) |
                                     source_bit(kMovedFaint) | source_bit(kStillFaint);

/// Reads sources: out[source * count + i]; the places of the others are left as they are.
void read_sources(const SourcePictures& pictures, const Displacements& displacements,
                  const PixelRow& row, SourceSet which, Float4* out);

/// One source alone: out[i]. As above, one of kUnmovedSources needs no displacements.
void read_source(const SourcePictures& pictures, const Displacements& displacements,
                 const PixelRow& row, MotionSource source, Float4* out);

/// Mixes the base frame half and half with the one before it, brought along the flow, where the two
/// agree: what is the same but for noise. `history` of `pictures` is not used.
void make_history(SourcePictures pictures, ThreadPool& pool, FloatPicture* out);

/// A sample of every cell: one of its pixels in each of its rows, and so in each of its columns.
constexpr PixelRow sampled_row(int y, int columns) {
  constexpr int kFirst[kCell] = {1, 3, 0, 2};
  return {y, kFirst[y % kCell], kCell, columns};
}

/// How a source changes with its displacement, a pixel further to the right and down.
struct SourceSlopes {
  Float4 x;
  Float4 y;
};

/// The slopes of those sources that are displaced by a network's correction (all but the unmoved
/// ones, whose slopes are 0) at a place, in pixels: out[source].
void read_slopes(const SourcePictures& pictures, const Displacements& displacements, float x,
                 float y, SourceSlopes* out);

/// Smooth sources at the points 2*i + 0.5 (pixels) of a row, y = 2*row + 0.5, for i in
/// 0..count-1: out[source * count + i]. There the half-size picture's own pixels are.
void read_smooth_sources(const SourcePictures& pictures, const Displacements& displacements,
                         int row, int count, SourceSet which, Float4* out);

/// One of them alone: out[i].
void read_smooth_source(const SourcePictures& pictures, const Displacements& displacements, int row,
                        int count, MotionSource source, Float4* out);

}  // namespace stip
