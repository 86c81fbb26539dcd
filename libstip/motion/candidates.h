#pragma once

#include <array>

#include "motion/motion_history.h"

namespace stip {

/// How many pictures the blend mixes.
constexpr int kCandidates = 4;

/// What may come k frames after a base frame. (What the blend weighs is each one's difference to
/// the base, which is what copying predicts.) Borrowed.
struct Candidates {
  const FloatPicture* base = nullptr;
  /// The base carried along its flow k times; the same blurred; the base blurred; the frame before
  /// the base aligned to it by the flow. The blur is of sigma 1 + 0.35 k pixels.
  std::array<const FloatPicture*, kCandidates> pictures{};
};

/// Makes the candidates of growing k. One object serves many bases, as its memory is reused.
class CandidateMaker {
 public:
  /// The history must outlive this.
  explicit CandidateMaker(MotionHistory& history) : history_(history) {}

  /// Begins with k = 0 at this base; it must be kept by the history, and for advance() the frame
  /// before it.
  void start(std::int64_t base);
  void advance();  ///< k + 1
  int k() const { return k_; }

  /// Those of this k, at least 1; hold until the next call of any function here.
  Candidates candidates();

  const FloatPicture& carried() const { return carried_; }  ///< the first candidate alone

 private:
  MotionHistory& history_;
  std::int64_t number_ = 0;
  int k_ = 0;
  bool aligned_is_made_ = false;
  FloatPicture base_;
  FloatPicture carried_;
  FloatPicture carried_blurred_;
  FloatPicture base_blurred_;
  FloatPicture aligned_;
  FloatPicture spare_;
};

}  // namespace stip
