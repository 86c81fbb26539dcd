#include "predict/engine/forecast_frames.h"

#include <memory>

namespace stip::engine {
namespace {

void swap_colours(std::vector<float>& values) {
  for (std::size_t i = 0; i + 2 < values.size(); i += 3) std::swap(values[i], values[i + 2]);
}

}  // namespace

Stream::Take forecast_frames(PictureFit& fit, const FitGeometry& geometry, PixelOrder colour,
                             const std::function<void(const ForecastFrame&)>& take) {
  const auto values = std::make_shared<std::vector<float>>(
      std::size_t{3} * static_cast<std::size_t>(geometry.width) *
      static_cast<std::size_t>(geometry.height));
  Stream::Take each;
  each.after = [=, &fit](int k, const Map& prediction) {
    fit.give_floats(prediction, values->data());
    if (colour == PixelOrder::kBgr) swap_colours(*values);
    take({k - 1, geometry.height, geometry.width, *values});
  };
  return each;
}

}  // namespace stip::engine
