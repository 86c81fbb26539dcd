#include "predict/fit_geometry.h"

namespace stip {
namespace {

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

FitGeometry fit_geometry(const ModelConfig& config, int width, int height, Resize resize,
                         bool halved) {
  FitGeometry fit;
  fit.width = width;
  fit.height = height;
  fit.network_width = round_up(width, config.multiple());
  fit.network_height = round_up(height, config.multiple());
  fit.pads = resize != Resize::kScale;
  if (config.norm == Norm::kChannel && halved) {
    fit.network_width = round_up((width + 1) / 2, config.multiple());
    fit.network_height = round_up((height + 1) / 2, config.multiple());
    fit.pads = false;
  }
  if (config.norm == Norm::kChannel) return fit;
  // Weights tied to one size: pad up to it where that is asked for or is only the usual rounding.
  const bool only_rounding =
      fit.network_width == config.width && fit.network_height == config.height;
  const bool fits = width <= config.width && height <= config.height;
  if (resize == Resize::kPad && !fits) {
    throw Error(ErrorCode::kInvalidArgument,
                "frames of " + std::to_string(width) + "x" + std::to_string(height) +
                    " cannot be padded to this model's " + std::to_string(config.width) + "x" +
                    std::to_string(config.height) + "; use resize=auto or scale");
  }
  fit.pads = resize == Resize::kPad || (resize == Resize::kAuto && only_rounding);
  fit.network_width = config.width;
  fit.network_height = config.height;
  return fit;
}

}  // namespace stip
