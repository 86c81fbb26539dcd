#pragma once

#include <vector>

#include "media/image.h"
#include "predict/feature_trace.h"

namespace stip::training {

/// The paper's Fig. 5: rows T, S, R and Z (encoder features; gates of the second layer), a column a
/// step. All channels of one place are one picture, side by side in a square (64 of 16x16 are 8x8
/// in 128x128), grey, divided by the row's largest value; what is below zero is black. Small
/// pictures are enlarged, large ones reduced, to about the same width.
Image feature_figure(const std::vector<FeatureStep>& steps);

/// One place's channels in a square. `largest` becomes white.
Image channel_mosaic(const FeatureMaps& maps, float largest);

}  // namespace stip::training
