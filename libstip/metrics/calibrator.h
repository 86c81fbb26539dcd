#pragma once

#include <map>
#include <vector>

#include "stip/calibration.h"
#include "stip/frame.h"

namespace stip {

/// Measures a model on normal video: give it every prediction with the frame that it was of, then
/// write what finish() returns into the model file (ModelFileHeader::calibration, by
/// write_calibration() of io/calibration_text.h). Memory grows by 8 bytes a prediction.
class Calibrator {
 public:
  /// Two pictures of one size, as the element compares them: 8 bits, clamped and rounded.
  void add(int horizon, const FrameView& prediction, const FrameView& truth);

  /// Throws kInvalidArgument if nothing was added.
  Calibration finish() const;

 private:
  std::map<int, std::vector<double>> errors_;
};

}  // namespace stip
