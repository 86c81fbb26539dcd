#pragma once

#include "predict/engine/byte_weights.h"
#include "predict/engine/decoder_stage.h"

namespace stip::engine {

/// DecoderStage's twin in int8: T and S are made bytes, the prediction is floats.
class ByteDecoderStage {
 public:
  ByteDecoderStage(const NetworkWeights& weights, const ByteWeights& bytes, const Shape& shape,
                   ThreadPool& pool, ClipCounter& clips);

  /// See DecoderStage::run(); `encoded` is from ByteEncoderStage.
  void run(const Map& temporal, const Map& spatial, const Encoded& encoded,
           const InputFrame& newest, Map& prediction, const RowsDone& done);

  /// Seconds the last run spent in the levels before the last one.
  double level_seconds() const { return level_seconds_; }

 private:
  struct Scratch {
    std::array<Buffer, 2> newest;  // patched rows
    std::array<ByteMap, 2> last;   // not folded: two rows of each decoder's last level
  };

  void take(std::size_t decoder, const Map& from);
  void run_level(std::size_t level, const Encoded& encoded);
  void level_row(const cpu::ByteConvolution& row, int worker);
  void output_rows(int y, const InputFrame& newest, int worker, Map& prediction);
  void folded_rows(int y, int py, const float* newest, Map& prediction);
  void joined_row(int y, int py, const float* newest, int worker, Map& prediction);

  const NetworkWeights& weights_;
  const ByteWeights& bytes_;
  Shape shape_;
  ThreadPool& pool_;
  ClipCounter& clips_;
  const cpu::Kernels& kernels_;
  const cpu::ByteKernels& byte_kernels_;
  std::array<std::vector<ByteMap>, 2> maps_;  // [decoder][stage], what each level reads
  std::vector<Scratch> scratch_;
  double level_seconds_ = 0;
};

}  // namespace stip::engine
