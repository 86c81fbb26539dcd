#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "stip/calibration.h"
#include "stip/sketch.h"

namespace stip {

/// A rectangle of pixels.
struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// Where a prediction was wrong. The error at a place of the sketch is the mean squared one over
/// the 13x13 places around it and all colours, against the likest place of the prediction at most 8
/// places (3 % of the short side) away: what went on moving as people do is not a surprise, what
/// came from nowhere is. Of each block of 8x8 places the largest counts: a small object fills a
/// block and stands out, while it would be lost in the mean of the picture.
struct ErrorMap {
  int width = 0;  ///< of the picture, pixels
  int height = 0;
  int block = 1;  ///< side of a block in pixels of the picture; the last ones may be cut
  int columns = 0;
  int rows = 0;
  std::vector<float> errors;  ///< levels², row by row

  double largest() const;
};

/// Throws kInvalidArgument if the sketches are not of one picture size.
ErrorMap error_map(const Sketch& truth, const Sketch& prediction);

/// The box of the blocks with an error of at least `level` that are connected (sideways, up, down,
/// diagonally) with the block of the largest error, which always belongs to it.
Box box_around_largest(const ErrorMap& map, double level);

/// How unusual the largest error of a frame is, from the past only. Up to 1: the share of normal
/// frames whose error is smaller. Above 1: how many times the largest that normal frames should
/// have it is (the largest that calibration saw, and something more if it saw less than 512
/// frames). Without a calibration the last 512 frames stand for the normal ones, and the first 100
/// score 0. One thread.
class AnomalyScorer {
 public:
  explicit AnomalyScorer(std::optional<ErrorQuantiles> calibrated = std::nullopt);

  double score(double error) const;
  /// The error with this score; score(error_at(s)) == s for s > 1.
  double error_at(double score) const;

  /// Says that the frame just scored belongs to what was seen. During an alarm (`unusual`) it
  /// counts as hardly more than the largest so far: what stays becomes normal, but only slowly.
  void learn(double error, bool unusual);
  void reset();

 private:
  const ErrorQuantiles* normal() const;

  std::optional<ErrorQuantiles> calibrated_;
  std::deque<double> seen_;
  std::optional<ErrorQuantiles> running_;
};

}  // namespace stip
