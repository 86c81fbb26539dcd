#pragma once

#include "motion/motion_stream.h"
#include "predict/engine/engine.h"

namespace stip::engine {

/// A network of `output: motion` over a stream of pictures of any size: MotionStream asks, the
/// engine answers (unroll_motion()'s twin). Before three frames are known the network is not asked.
/// One thread at a time, and one at a time on a pool.
class MotionRollout {
 public:
  /// Borrows weights and pool. Throws std::bad_alloc.
  MotionRollout(const NetworkWeights& weights, int width, int height, int context,
                ThreadPool& pool);

  void push(const FrameView& frame);
  void clear();

  /// Goes on until horizon k (0 needs nothing) can be had from stream(). Horizons asked for since
  /// the last push() are kept: asking again costs nothing. Those between are gone through without
  /// an answer, which nothing depends on; to ask for one of them later is to begin anew.
  void roll_to(int k);

  MotionStream& stream() { return stream_; }
  Engine& engine() { return engine_; }

 private:
  void begin();
  void ask(int k, bool answered);
  void replicate(Map* features) const;

  MotionStream stream_;
  Engine engine_;
  Encoded encoded_;
  CoreState state_;
  Map answer_;
  std::vector<InputFrame> inputs_;  // the newest horizons', in turn
  std::vector<const InputFrame*> clip_;
  std::vector<bool> answered_;  // of the horizons since the last push()
};

}  // namespace stip::engine
