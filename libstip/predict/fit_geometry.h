#pragma once

#include "model/config.h"
#include "stip/predictor.h"

namespace stip {

/// How pictures of a stream's size meet a network.
struct FitGeometry {
  int width = 0;  ///< the stream's
  int height = 0;
  int network_width = 0;  ///< the network's
  int network_height = 0;
  bool pads = true;  ///< padded at the right and the bottom by replication; false: scaled

  bool same_size() const { return width == network_width && height == network_height; }
};

/// Throws kInvalidArgument when the network cannot run on such frames with this way of resizing
/// (`pad` with a network tied to a smaller size). `halved`: see PredictorOptions.
FitGeometry fit_geometry(const ModelConfig& config, int width, int height, Resize resize,
                         bool halved = false);

}  // namespace stip
