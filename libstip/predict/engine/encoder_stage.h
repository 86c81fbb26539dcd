#pragma once

#include <vector>

#include "predict/engine/byte_map.h"
#include "predict/engine/input_frame.h"
#include "predict/engine/network_weights.h"
#include "predict/engine/range_meter.h"

namespace stip::engine {

/// What the encoders make of a clip: [encoder][level], finest first, each with the border that the
/// next level's convolution reads. The last one of each encoder is the feature; in int8 it is the
/// only one in `levels`, and the others are in `byte_levels`.
struct Encoded {
  std::vector<std::vector<Map>> levels;
  std::vector<std::vector<ByteMap>> byte_levels;

  const Map& spatial_feature() const { return levels.front().back(); }
  const Map& temporal_feature() const { return levels.back().back(); }
};

/// STED (eq. 1): the newest frames to features of ever coarser levels. The first convolution and
/// the first level are one pass over bands of rows, so that their result at grid resolution, the
/// largest there is, never reaches memory.
class EncoderStage {
 public:
  EncoderStage(const NetworkWeights& weights, const Shape& shape, ThreadPool& pool);

  Encoded make_encoded() const;

  /// From now on shows the meter what it makes; null: nobody.
  void measure(RangeMeter* meter) { meter_ = meter; }

  /// `clip`: the newest frames, oldest first, at most the configured number; where there are fewer
  /// the older ones are zeros.
  void run(const std::vector<const InputFrame*>& clip, Encoded& encoded);

 private:
  // What one thread needs to make rows of the first convolution: patched rows, one a frame of the
  // clip, and for each encoder the three newest rows of its result, by row number modulo 3.
  struct Scratch {
    std::vector<Buffer> patched;
    std::vector<const float*> sources;
    std::vector<Map> rows;
  };

  void run_band(const std::vector<const InputFrame*>& clip, int first, int end, int worker,
                Encoded& encoded);
  void make_input_row(const std::vector<const InputFrame*>& clip, int y, int worker);
  void make_first_level_row(int y, int worker, Encoded& encoded);
  void convolve_level_row(std::size_t e, std::size_t level, const float* const* source, int y,
                          int worker, Encoded& encoded);
  void run_level(std::size_t level, Encoded& encoded);
  void see_level(std::size_t e, std::size_t level, const cpu::RowConvolution& row, int worker);

  const NetworkWeights& weights_;
  Shape shape_;
  ThreadPool& pool_;
  const cpu::Kernels& kernels_;
  std::vector<Scratch> scratch_;  // one a thread
  RangeMeter* meter_ = nullptr;
};

}  // namespace stip::engine
