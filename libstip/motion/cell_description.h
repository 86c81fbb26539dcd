#pragma once

#include "motion/mixture.h"

namespace stip {

/// What the network's input says of a cell (MotionStream::features()): where in its
/// kMotionChannels.
enum CellChannel {
  kWeightChannels = 0,        ///< closed-form weights of the first four sources
  kSourceEnergyChannels = 4,  ///< of each source, how much it differs from the base frame
  kErrorChannels = 12,        ///< errors of the four on frames seen, against copying's
  kMovedAroundChannel = 16,   ///< copying's error around the cell
  kMovedChannel = 17,         ///< and in it
  kFlowChannels = 18,         ///< (x, y)
  kChangeChannels = 20,       ///< its change over a frame
  kHorizonChannel = 22,
  kPixelChannels = 23,            ///< brightness of the cell's 16 pixels, less their mean
  kSourceMeanChannels = 39,       ///< mean differences of the four to the base frame
  kChangeBeforeChannels = 43,     ///< the flow's change a frame before
  kAcceleratedErrorChannel = 45,  ///< the accelerated source's error on the newest frame
  kAcceleratedMeanChannel = 46,   ///< and its mean difference
  kBrightnessChannel = 47         ///< mean of the pixels
};

/// Fills in a row of cells' kSourceEnergyChannels and mean channels of these sources; `cells`: the
/// row's first one. `scratch` is kept between calls.
void describe_sources(const SourcePictures& pictures, const Displacements& displacements, int row,
                      SourceSet which, std::vector<Float4>* scratch, float* cells);

/// Fills in a row of cells' kPixelChannels and kBrightnessChannel.
void describe_pixels(const FloatPicture& base, int row, int columns, float* cells);

}  // namespace stip
