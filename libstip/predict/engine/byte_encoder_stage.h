#pragma once

#include "predict/engine/byte_weights.h"
#include "predict/engine/encoder_stage.h"

namespace stip::engine {

/// EncoderStage's twin in int8. All but the features, which the core reads, stay bytes.
class ByteEncoderStage {
 public:
  ByteEncoderStage(const NetworkWeights& weights, const ByteWeights& bytes, const Shape& shape,
                   ThreadPool& pool, ClipCounter& clips);

  Encoded make_encoded() const;
  /// See EncoderStage::run().
  void run(const std::vector<const InputFrame*>& clip, Encoded& encoded);

 private:
  // What one thread needs: a patched row, and those of EncoderStage::Scratch as bytes.
  struct Scratch {
    Buffer patched;
    std::vector<ByteMap> frames;  // a row each
    std::vector<const std::uint8_t*> sources;
    std::vector<ByteMap> rows;
  };

  void run_band(const std::vector<const InputFrame*>& clip, int first, int end, int worker,
                Encoded& encoded);
  void make_input_row(const std::vector<const InputFrame*>& clip, int y, int worker);
  void make_level_row(std::size_t e, std::size_t level, int y, const std::uint8_t* const* source,
                      int worker, Encoded& encoded);
  void run_level(std::size_t level, Encoded& encoded);

  const NetworkWeights& weights_;
  const ByteWeights& bytes_;
  Shape shape_;
  ThreadPool& pool_;
  ClipCounter& clips_;
  const cpu::Kernels& kernels_;
  const cpu::ByteKernels& byte_kernels_;
  std::vector<Scratch> scratch_;  // one a thread
};

}  // namespace stip::engine
