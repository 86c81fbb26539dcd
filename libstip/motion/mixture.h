#pragma once

#include "motion/sources.h"

namespace stip {

/// Channels of a cell that the network of `output: motion` takes in and gives back: as many as a
/// patched frame of 4x4 pixels has, so that it is the STIP network with patch 4.
constexpr int kMotionChannels = 3 * kCell * kCell;

/// What a prediction is made with before a network has been asked: one horizon of one base frame.
struct MotionPlan {
  int k = 0;
  Displacements displacements;
  FloatPicture weights;     ///< [rows, columns]: closed-form weights of the first four sources
  std::vector<float> gate;  ///< [rows, columns], 0..1: how much a network may change; 0 where
                            ///< nothing at all has moved, so that a frozen video stays as it is
};

/// The network's answer for one horizon in place: base + sum of weight * (source - base) +
/// residual, on a grid of two by two points a cell. The smooth sources are weighed at the points
/// already.
struct Mixture {
  Displacements displacements;  ///< corrected
  FloatPicture weights;         ///< of kSharpSources, in their order
  FloatPicture ground;  ///< blue, green, red of the smooth sources times their weights and of the
                        ///< residual; then the sum of those weights
};

/// The sources with detail, read at every pixel.
constexpr MotionSource kSharpSources[] = {kMoved, kAligned, kMovedPrevious, kAccelerated};

/// Sources that no horizon changes, where mixing needs them.
struct UnmovedSources {
  FloatPicture aligned;        ///< kAligned at every pixel
  FloatPicture still_blurred;  ///< kStillBlurred at every point of the grid
  FloatPicture still_faint;    ///< kStillFaint there
};

/// The base frame's pictures. Borrowed.
struct MixPictures {
  SourcePictures sources;
  const UnmovedSources* unmoved = nullptr;
};

void read_unmoved(const SourcePictures& pictures, ThreadPool& pool, UnmovedSources* out);

/// Channels of a cell are [point 2*dy+dx][source] weights x 0.3, a displacement (x, y) x 4 pixels,
/// [point][colour] residuals x 8 levels, and two that are not used; all times the gate, and on top
/// of the plan. `channels`: cell (row, column) at row * row_step + column * kMotionChannels; null:
/// 0.
void decode_mixture(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
                    std::ptrdiff_t row_step, ThreadPool& pool, Mixture* out);

/// Row y of the prediction, 0..255, not clamped. `scratch` is kept between calls.
void mix_row(const MixPictures& pictures, const Mixture& mixture, int y,
             std::vector<Float4>* scratch, Float4* out);

/// The gradient of the channels, [rows, columns, kMotionChannels], from that of the prediction.
void mixture_gradient(const MixPictures& pictures, const MotionPlan& plan, const float* channels,
                      std::ptrdiff_t row_step, const Mixture& mixture, const FloatPicture& gradient,
                      float* out);

}  // namespace stip
