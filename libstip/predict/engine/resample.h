#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "predict/engine/buffer.h"

namespace stip::engine {

/// Which values one output of a scaling is a mix of: neighbouring ones, with weights of sum 1.
struct ResampleTaps {
  int first = 0;
  std::vector<float> weights;
};

/// Those of every output of a row (or column) that is scaled. Bilinear; where it becomes smaller, a
/// triangle as wide as the ratio.
std::vector<ResampleTaps> resample_taps(int from, int to);

/// Bilinear scaling of pictures [height][width][3], with antialiasing where they become smaller (a
/// triangle as wide as the ratio; the same values as torch's upsample_bilinear2d_aa).
class Resampler {
 public:
  Resampler(int from_height, int from_width, int to_height, int to_width);

  /// `from` and `to` are packed.
  void run(const float* from, float* to, ThreadPool& pool);

 private:
  int from_height_;
  int from_width_;
  std::vector<ResampleTaps> rows_;
  std::vector<ResampleTaps> columns_;
  Buffer narrow_;  // [from_height][to_width][3]
};

}  // namespace stip::engine
