#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "predict/engine/byte_decoder_stage.h"
#include "predict/engine/byte_encoder_stage.h"
#include "predict/engine/core_stage.h"
#include "predict/engine/decoder_stage.h"
#include "predict/engine/encoder_stage.h"

namespace stip::engine {

/// Seconds spent in each part of the network since the last reset, and how often.
struct StageTimes {
  double encoders = 0;  ///< patching, the first convolution and all levels
  double core = 0;      ///< merge, all STGRU layers
  double decoders = 0;  ///< all levels but the last
  double output = 0;    ///< the last level, the joining convolutions, rounding to 8 bit
  int encodings = 0;
  int core_steps = 0;
  int decodings = 0;
};

/// A network at one picture size, with all the memory a step needs: nothing is allocated after
/// construction. Equals the readable GeneratorImpl up to rounding. One thread at a time, and one
/// engine at a time on a pool.
class Engine {
 public:
  /// Borrows weights and pool. `height` and `width` are the network's picture size. With `bytes`
  /// the dense stages run in int8. Throws std::bad_alloc.
  Engine(const NetworkWeights& weights, int height, int width, ThreadPool& pool,
         const ByteWeights* bytes = nullptr);

  const ModelConfig& config() const { return weights_.config; }
  const Shape& shape() const { return shape_; }
  ThreadPool& pool() { return pool_; }

  InputFrame make_frame() const { return InputFrame(shape_); }
  Encoded make_encoded() const {
    return encoders_ ? encoders_->make_encoded() : byte_encoders_->make_encoded();
  }
  CoreState make_state() const { return core_.make_state(); }
  Map make_memory() const { return core_.make_memory(); }
  void copy(const CoreState& from, CoreState& to) const { core_.copy(from, to); }
  void reset(CoreState& state) const { core_.reset(state); }

  /// `clip`: the newest frames, oldest first, at most config().clip of them.
  void encode(const std::vector<const InputFrame*>& clip, Encoded& encoded);
  /// Returns S after the last layer, valid until the next call.
  const Map& advance(const Map& temporal_feature, const Map& spatial_feature, CoreState& state);
  /// See DecoderStage::run().
  void decode(const Map& temporal, const Map& spatial, const Encoded& encoded,
              const InputFrame& newest, Map& prediction, const RowsDone& done);

  /// From now on shows the meter what the dense stages make. In single precision only.
  void measure(RangeMeter* meter);
  /// Of the values that int8 has rounded, the share that was cut off.
  double clipped_share() const { return clips_.share(); }

  StageTimes times;

 private:
  const NetworkWeights& weights_;
  Shape shape_;
  ThreadPool& pool_;
  ClipCounter clips_;
  std::optional<EncoderStage> encoders_;  // either these or those in bytes
  std::optional<ByteEncoderStage> byte_encoders_;
  CoreStage core_;
  std::optional<DecoderStage> decoders_;
  std::optional<ByteDecoderStage> byte_decoders_;
};

}  // namespace stip::engine
