#pragma once

#include <array>
#include <functional>
#include <vector>

#include "predict/engine/encoder_stage.h"

namespace stip::engine {

/// Told of two finished rows: the first one's number, and which of the pool's threads calls.
using RowsDone = std::function<void(int row, int worker)>;

/// MGIR (eq. 3-4) and what follows it: from the core back to a patched frame.
class DecoderStage {
 public:
  DecoderStage(const NetworkWeights& weights, const Shape& shape, ThreadPool& pool);

  /// `prediction` becomes the frame after `newest`, not clamped. As soon as two rows of it are
  /// there, done(first row, worker) is called, from any of the pool's threads.
  void run(const Map& temporal, const Map& spatial, const Encoded& encoded,
           const InputFrame& newest, Map& prediction, const RowsDone& done);

  /// From now on shows the meter what it reads and makes; null: nobody.
  void measure(RangeMeter* meter) { meter_ = meter; }

  /// Seconds the last run spent in the levels before the last one.
  double level_seconds() const { return level_seconds_; }

 private:
  // What one thread needs for two rows of the output.
  struct Scratch {
    std::array<Buffer, 2> newest;  // patched rows
    std::array<Map, 2> last;       // not folded: two rows of each decoder's last level
  };

  void run_level(std::size_t level, const std::array<const Map*, 2>& in, const Encoded& encoded);
  void output_rows(int y, const std::array<const Map*, 2>& in, const InputFrame& newest, int worker,
                   Map& prediction);
  void folded_rows(int y, const std::array<const Map*, 2>& in,
                   const std::array<const float*, 2>& newest, Map& prediction);
  void joined_rows(int y, const std::array<const Map*, 2>& in,
                   const std::array<const float*, 2>& newest, int worker, Map& prediction);
  void see_rows(std::size_t decoder, int stage, const Map& map, int y, int count, int worker);

  const NetworkWeights& weights_;
  Shape shape_;
  ThreadPool& pool_;
  const cpu::Kernels& kernels_;
  std::array<std::vector<Map>, 2> levels_;  // [decoder][level], without the last
  std::vector<Scratch> scratch_;
  RangeMeter* meter_ = nullptr;
  double level_seconds_ = 0;
};

}  // namespace stip::engine
