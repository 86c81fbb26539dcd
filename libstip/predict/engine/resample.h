#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "predict/engine/buffer.h"

namespace stip::engine {

/// Bilinear scaling of pictures [height][width][3], with antialiasing where they become smaller (a
/// triangle as wide as the ratio; the same values as torch's upsample_bilinear2d_aa).
class Resampler {
 public:
  Resampler(int from_height, int from_width, int to_height, int to_width);

  /// `from` and `to` are packed.
  void run(const float* from, float* to, ThreadPool& pool);

 private:
  // Which inputs one output is a mix of.
  struct Taps {
    int first = 0;
    std::vector<float> weights;
  };
  static std::vector<Taps> make_taps(int from, int to);

  int from_height_;
  int from_width_;
  std::vector<Taps> rows_;
  std::vector<Taps> columns_;
  Buffer narrow_;  // [from_height][to_width][3]
};

}  // namespace stip::engine
