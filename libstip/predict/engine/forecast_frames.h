#pragma once

#include <functional>

#include "predict/engine/picture_fit.h"
#include "predict/engine/stream.h"
#include "predict/forecast.h"

namespace stip::engine {

/// What to give Stream::predict() so that each prediction comes as floats of the stream's size, in
/// RGB. Borrows `fit`.
Stream::Take forecast_frames(PictureFit& fit, const FitGeometry& geometry, PixelOrder colour,
                             const std::function<void(const ForecastFrame&)>& take);

}  // namespace stip::engine
