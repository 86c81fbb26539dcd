#pragma once

#include "motion/motion_stream.h"
#include "predict/engine/engine.h"

namespace stip::engine {

/// A network of `output: motion` over a stream of pictures of any size: MotionStream asks, the
/// engine answers (predict_motion()'s twin). Before three frames are known the network is not
/// asked. One thread at a time, and one at a time on a pool.
class MotionNetwork {
 public:
  /// Borrows weights and pool. Throws std::bad_alloc.
  MotionNetwork(const NetworkWeights& weights, int width, int height, int context,
                ThreadPool& pool);

  void push(const FrameView& frame) { stream_.push(frame); }
  void clear() { stream_.clear(); }

  /// Makes horizon k (0 needs nothing) ready to be had from stream(), unless it is since the last
  /// push(). Horizons do not depend on each other.
  void ask(int k);

  MotionStream& stream() { return stream_; }
  Engine& engine() { return engine_; }

 private:
  void replicate(Map* features) const;

  MotionStream stream_;
  Engine engine_;
  Encoded encoded_;
  CoreState state_;
  Map answer_;
  InputFrame input_;
  const std::vector<const InputFrame*> clip_{&input_};
};

}  // namespace stip::engine
