#pragma once

#include <optional>

#include "stip/sketch.h"

namespace stip {

/// How much a frame looks like the start of another scene, from it and the frames before it: 0 as
/// before, 1 nothing in common. The geometric mean of two signs that fail in different places: how
/// far brightness histograms of a 4x4 grid moved (small for motion inside the picture), and how
/// much more changed than one frame before (small while a camera pans).
/// Measured: cuts between unlike clips 0.48 and more, between takes in one room 0.31 to 0.34; fixed
/// cameras up to 0.08, a camera torn about by hand up to 0.29. A threshold of 0.3 to 0.4 serves.
/// One thread.
class SceneChange {
 public:
  /// Compares with the frame given last; 0 for the first, and for one of another size.
  double measure(Sketch frame);
  void reset();

 private:
  std::optional<Sketch> last_;
  double last_difference_ = 0;  // mean luma difference of the last two frames, 0..1
};

}  // namespace stip
